using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Leaks;

/// <summary>The processes below this one. With the subreaper on, daemons are among them.</summary>
internal static class HostDescendants
{
    /// <summary>All that live now.</summary>
    public static IReadOnlySet<ProcessIdentity> Baseline(IProcessPlatform platform) =>
        Below(platform, new HashSet<ProcessIdentity>(), static _ => false).Select(entry => entry.Identity).ToHashSet();

    /// <summary>Those that are not in the baseline, nor below a process of it, nor below one that is spared.</summary>
    public static IReadOnlyList<ProcessEntry> Since(IReadOnlySet<ProcessIdentity> baseline, IProcessPlatform platform, Func<ProcessEntry, bool> isSpared) =>
        Below(platform, baseline, isSpared);

    private static List<ProcessEntry> Below(IProcessPlatform platform, IReadOnlySet<ProcessIdentity> baseline, Func<ProcessEntry, bool> isSpared)
    {
        var snapshot = new ProcessSnapshot();
        platform.Capture(snapshot);
        var children = snapshot.Entries.ToLookup(entry => entry.ParentPid);
        var (found, left) = (new List<ProcessEntry>(), new Stack<int>([Environment.ProcessId]));
        while (left.TryPop(out var parent))
        {
            foreach (var child in children[parent].Where(child => !child.IsGone && !baseline.Contains(child.Identity) && !isSpared(child)))
            {
                found.Add(child);
                left.Push(child.Pid);
            }
        }

        return found;
    }
}
