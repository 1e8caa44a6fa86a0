using System.Collections.Concurrent;
using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>The members of all trees that this process has launched: what is of one of them is of no other one.</summary>
internal static class TreeRegistry
{
    private static readonly ConcurrentDictionary<ProcessIdentity, TreeTracker> Members = [];

    public static void Add(ProcessIdentity identity, TreeTracker tree) => Members.TryAdd(identity, tree);

    public static void Remove(ProcessIdentity identity, TreeTracker tree) => Members.TryRemove(new(identity, tree));

    /// <summary>Whether the process, which is no member of the asking tree, is one of another, or was until that was reaped.</summary>
    public static bool IsOfAnother(ProcessIdentity identity) => Members.ContainsKey(identity) || LiveTrees.IsExcluded(identity);
}
