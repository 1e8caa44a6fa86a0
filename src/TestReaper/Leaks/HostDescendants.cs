using TestReaper.Platform;

namespace TestReaper.Leaks;

/// <summary>The processes below this one. With the subreaper on, daemons are among them.</summary>
internal static class HostDescendants
{
    /// <summary>All that live now.</summary>
    public static IReadOnlyList<ProcessEntry> Now(IProcessPlatform platform) =>
        Below([Environment.ProcessId], Children(platform), static _ => false);

    /// <summary>Who lives now, to know later what is new.</summary>
    public static IReadOnlySet<ProcessIdentity> Baseline(IProcessPlatform platform) =>
        Now(platform).Select(entry => entry.Identity).ToHashSet();

    /// <summary>Those that are not in the baseline, nor below a process of it, nor below one that is spared.</summary>
    public static IReadOnlyList<ProcessEntry> Since(
        IReadOnlySet<ProcessIdentity> baseline, IProcessPlatform platform, Func<ProcessEntry, bool> isSpared) =>
        Below([Environment.ProcessId], Children(platform), entry => baseline.Contains(entry.Identity) || isSpared(entry));

    private static ILookup<int, ProcessEntry> Children(IProcessPlatform platform)
    {
        var snapshot = new ProcessSnapshot();
        platform.Processes.Capture(snapshot);
        return snapshot.Entries.Where(entry => !entry.IsGone).ToLookup(entry => entry.ParentPid);
    }

    private static List<ProcessEntry> Below(int[] parents, ILookup<int, ProcessEntry> children, Func<ProcessEntry, bool> isLeftOut)
    {
        var (found, left) = (new List<ProcessEntry>(), new Stack<int>(parents));
        while (left.TryPop(out var parent))
        {
            foreach (var child in children[parent].Where(child => !isLeftOut(child)))
            {
                found.Add(child);
                left.Push(child.Pid);
            }
        }

        return found;
    }
}
