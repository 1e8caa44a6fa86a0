using TestReaper.Platform;

namespace TestReaper.Leaks;

/// <summary>The descendants of this process. They include daemons if this process is a subreaper.</summary>
internal static class HostDescendants
{
    /// <summary>Returns the descendants that live now.</summary>
    public static IReadOnlyList<ProcessEntry> Now(IProcessPlatform platform) =>
        Find(platform, static _ => false);

    /// <summary>Returns the identities of the descendants that live now, for <see cref="Since"/>.</summary>
    public static IReadOnlySet<ProcessIdentity> Baseline(IProcessPlatform platform) =>
        Now(platform).Select(entry => entry.Identity).ToHashSet();

    /// <summary>Returns the descendants that are not in the baseline, not spared, and not below such a process.</summary>
    public static IReadOnlyList<ProcessEntry> Since(
        IReadOnlySet<ProcessIdentity> baseline, IProcessPlatform platform, Func<ProcessEntry, bool> isSpared) =>
        Find(platform, entry => baseline.Contains(entry.Identity) || isSpared(entry));

    private static List<ProcessEntry> Find(IProcessPlatform platform, Func<ProcessEntry, bool> isLeftOut)
    {
        var snapshot = new ProcessSnapshot();
        platform.Processes.Capture(snapshot);
        var children = snapshot.Entries.Where(entry => !entry.IsGone).ToLookup(entry => entry.ParentPid);
        var (found, left) = (new List<ProcessEntry>(), new Stack<int>([Environment.ProcessId]));
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
