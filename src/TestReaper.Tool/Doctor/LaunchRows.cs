using TestReaper.Platform;

namespace TestReaper.Tool.Doctor;

/// <summary>What a launch and a kill use. A shell that exits at once is started as a server is, and its cgroup is removed.</summary>
internal static class LaunchRows
{
    private const string Shell = "/bin/sh";

    public static IEnumerable<DoctorRow> Find(IProcessPlatform platform)
    {
        yield return DoctorRow.Ok("kernel", platform.Facts?.Kernel ?? "unknown");
        yield return FindHandles(platform);
        yield return FindContainer(platform);
        yield return platform.Children.TryBecomeSubreaper()
            ? DoctorRow.Ok("subreaper", "available; Subreaper.Enable() is for machines without cgroups")
            : new("subreaper", RowState.Limited, "the kernel refuses it", "Subreaper.Enable() has no effect, and [AssertReaped] misses "
                + "daemons that leave their parent.", "Allow prctl(PR_SET_CHILD_SUBREAPER) in the seccomp profile of the container.");
    }

    private static DoctorRow FindHandles(IProcessPlatform platform)
    {
        var mechanism = platform.Control.WaitMechanism;
        return mechanism == "pidfd"
            ? DoctorRow.Ok("pidfd", "exits are events, and signals cannot reach another process")
            : new(
                "pidfd", RowState.Limited, mechanism,
                "A reap polls up to 1,000 times a second, and a signal can reach a process that gets the pid within microseconds.",
                "Use Linux 5.3 or later, and allow pidfd_open and pidfd_send_signal in the seccomp profile of the container.");
    }

    private static DoctorRow FindContainer(IProcessPlatform platform)
    {
        const string Name = "cgroup v2";
        var spec = new LaunchSpec(Shell, ["-c", ":"], new Dictionary<string, string>(), "/", ScopeId.New(), RedirectStandardInput: false);
        var launched = platform.Launcher.Launch(spec);
        var (container, obstacle) = launched.Containment;
        var killsAtOnce = container is not null && platform.Facts?.KillsAtOnce(container) == true;
        launched.Kill();
        Remove(container);
        if (container is null)
        {
            return new(
                Name, RowState.Missing, obstacle,
                "A process that leaves its parent, its session and its environment at once escapes the reap.",
                "Run the tests in a delegated cgroup (systemd-run --user --scope -p Delegate=yes dotnet test), give the container a "
                + "writable cgroup v2, or call Subreaper.Enable().");
        }

        return killsAtOnce
            ? DoctorRow.Ok(Name, "each server gets a cgroup of its own, which is killed at once")
            : new(
                Name, RowState.Limited, "each server gets a cgroup of its own, but cgroup.kill cannot be written",
                "The members are signalled one by one, which takes longer if they fork.", "Use Linux 5.14 or later.");
    }

    // The kernel reports the last exit a moment later.
    private static void Remove(IProcessContainer? container)
    {
        for (var i = 0; container is not null && i < 100 && !container.TryRemove(); i++)
        {
            ThreadPause.For(TimeSpan.FromMilliseconds(10));
        }
    }
}
