using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>
/// A root keeps running, and one second after its start a daemon leaves it by a double fork, setsid and an empty environment. Without a
/// cgroup, only an earlier scan links the daemon to the root.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class EarlyDaemonTests : RealTrees
{
    [SkippableTheory(Timeout = 60_000)]
    [InlineData("started")]
    [InlineData("recorded")]
    public async Task A_daemon_that_left_by_all_means_while_the_root_ran_is_reaped(string how)
    {
        // Positive control: the same daemon below a root that is not recorded.
        using var other = new ProcessRegistry();
        using var otherRoot = Process.Start(RootOfDaemon(other))!;
        var reaper = new ProcessReaper(AtOnce);
        using var root = how == "started" ? reaper.Start(RootOfDaemon(Registry)) : Process.Start(RootOfDaemon(Registry))!;
        if (how == "recorded")
        {
            reaper.Record(root);
        }

        var daemon = await DaemonAsync(Registry, root);
        await DaemonAsync(other, otherRoot);

        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        other.AssertAlive("leaf", 1);
        other.AssertAlive("root", 1);
        Assert.Contains(report.Processes, process => process.ProcessId == daemon.Pid && process.WasKilled);
    }

    private static ProcessStartInfo RootOfDaemon(ProcessRegistry registry) =>
        new(ZooProgram.Require(), ["late-daemon-empty-environment", "."]) { WorkingDirectory = registry.Directory };

    /// <summary>Waits until neither parent, session, group nor environment link the daemon to the root.</summary>
    private static async Task<RegisteredProcess> DaemonAsync(ProcessRegistry registry, Process root)
    {
        await registry.WaitForAsync(1, "root");
        var daemon = (await registry.WaitForAsync(1, "leaf"))[0];
        Assert.NotEqual(root.Id, ProcStat.ParentOf(daemon.Pid));
        Assert.NotEqual(ProcStat.SessionOf(root.Id), ProcStat.SessionOf(daemon.Pid));
        Assert.NotEqual(ProcStat.GroupOf(root.Id), ProcStat.GroupOf(daemon.Pid));
        Assert.Null(ProcStat.StateOf(ProcStat.SessionOf(daemon.Pid)!.Value));
        Assert.Empty(await File.ReadAllBytesAsync($"/proc/{daemon.Pid}/environ"));
        return daemon;
    }
}
