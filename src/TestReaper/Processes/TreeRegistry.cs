using System.Collections.Concurrent;
using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>The members of all trees that this process launched. A process belongs to one tree at most.</summary>
internal static class TreeRegistry
{
    private static readonly ConcurrentDictionary<ProcessIdentity, TreeMembers> Members = [];

    public static void Add(ProcessIdentity identity, TreeMembers members) => Members.TryAdd(identity, members);

    public static void Remove(ProcessIdentity identity, TreeMembers members) => Members.TryRemove(new(identity, members));

    /// <summary>For a process that is not a member of the caller's tree: whether it is, or was, a member of another one.</summary>
    public static bool IsOfAnother(ProcessIdentity identity) => Members.ContainsKey(identity) || LiveTrees.IsExcluded(identity);
}
