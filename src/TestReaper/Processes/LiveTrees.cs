using System.Collections.Concurrent;
using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>The trees that this process started or recorded and has not reaped yet, each with its owner.</summary>
internal static class LiveTrees
{
    private static readonly ConcurrentDictionary<TreeTracker, LiveTree> Trees = [];
    private static readonly ConcurrentDictionary<ProcessIdentity, bool> Excluded = [];

    public static IReadOnlyCollection<LiveTree> All => [.. Trees.Values];

    public static bool IsEmpty => Trees.IsEmpty;

    public static void Add(TreeTracker tree, TreeOwner? owner, string description, Func<Task> killAsync) =>
        Trees[tree] = new LiveTree(tree, owner, description, killAsync);

    /// <summary>Removes a tree that is gone, was reported as not gone, or is kept on purpose.</summary>
    public static void Remove(TreeTracker tree)
    {
        if (Trees.TryRemove(tree, out _))
        {
            // Also the gone members: adopted by a subreaper, they stay zombies, which must not count as another tree's.
            foreach (var member in tree.Members)
            {
                Excluded[member.Identity] = true;
            }
        }
    }

    /// <summary>Excludes a process from all trees and leak checks: it is a helper of TestReaper.</summary>
    public static void Exclude(ProcessIdentity identity) => Excluded[identity] = true;

    /// <summary>Whether the process was a member of a removed tree, or is a helper.</summary>
    public static bool IsExcluded(ProcessIdentity identity) => Excluded.ContainsKey(identity);
}

/// <summary>A tree that has not been reaped yet. Its description says what started it; its kill has no grace period.</summary>
internal sealed record LiveTree(TreeTracker Tree, TreeOwner? Owner, string Description, Func<Task> KillAsync)
{
    /// <summary>Scans for the members that are alive now.</summary>
    public IReadOnlyList<ProcessIdentity> FindLiving()
    {
        Tree.Observe();
        return [.. Tree.Members.Where(member => !member.IsGone).Select(member => member.Identity)];
    }
}
