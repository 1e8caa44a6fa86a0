using System.Collections.Concurrent;
using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>The trees that this process has started or recorded and not reaped yet, each with its owner.</summary>
internal static class LiveTrees
{
    private static readonly ConcurrentDictionary<TreeTracker, LiveTree> Trees = [];
    private static readonly ConcurrentDictionary<ProcessIdentity, bool> Excluded = [];

    public static IReadOnlyCollection<LiveTree> All => [.. Trees.Values];

    public static bool IsEmpty => Trees.IsEmpty;

    /// <param name="tree">The tree.</param>
    /// <param name="owner">On whose behalf it was started; null for nobody's in particular.</param>
    /// <param name="description">What started it, for people.</param>
    /// <param name="killAsync">Reaps it without a grace period.</param>
    public static void Add(TreeTracker tree, TreeOwner? owner, string description, Func<Task> killAsync) =>
        Trees[tree] = new LiveTree(tree, owner, description, killAsync);

    /// <summary>The tree is nobody's business any more: it is gone, or somebody was told that it is not, or it was kept on purpose.</summary>
    public static void Remove(TreeTracker tree)
    {
        if (Trees.TryRemove(tree, out _))
        {
            // The gone, too: adopted by a subreaper, they stay zombies, which must not look like another tree's.
            foreach (var member in tree.Members)
            {
                Excluded[member.Identity] = true;
            }
        }
    }

    /// <summary>The process is of no tree, and no leak: a helper of our own.</summary>
    public static void Exclude(ProcessIdentity identity) => Excluded[identity] = true;

    /// <summary>Whether the process was of a tree that has been removed.</summary>
    public static bool IsExcluded(ProcessIdentity identity) => Excluded.ContainsKey(identity);
}

/// <summary>A tree that lives.</summary>
internal sealed record LiveTree(TreeTracker Tree, TreeOwner? Owner, string Description, Func<Task> KillAsync)
{
    /// <summary>Who is in it now.</summary>
    public IReadOnlyList<ProcessIdentity> FindLiving()
    {
        Tree.Observe();
        return [.. Tree.Members.Where(member => !member.IsGone).Select(member => member.Identity)];
    }
}
