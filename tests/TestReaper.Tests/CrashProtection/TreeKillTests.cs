using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>The hang blame of VSTest kills all children of the host, then the host. The watchdog must survive that.</summary>
[SupportedOSPlatform("linux")]
public sealed class TreeKillTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("no cgroup")]
    [InlineData("no cgroup but the subreaper")]
    public async Task The_watchdog_outlives_all_children_of_the_host(string layers)
    {
        using var host = await KilledHost.StartAsync("daemon", LayerSet.Of(layers));
        var watchdog = await host.WatchdogAsync();

        // The daemons of a subreaper are its children: the watchdog kills what the killer has missed.
        var server = host.Server.Registered().Select(process => process.Pid);
        foreach (var child in HostWatchdog.Descendants(host.Pid).Except(server).Reverse())
        {
            _ = LibC.kill(child, LibC.SIGKILL);
        }

        Assert.DoesNotContain(watchdog, HostWatchdog.Descendants(host.Pid));
        Assert.True(HostWatchdog.IsOne(watchdog), "The watchdog was killed.");
        host.Kill();
        host.Server.AssertNoneAlive(Soon);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_daemon_that_left_its_parent_dies_as_well()
    {
        using var host = await KilledHost.StartAsync("daemon", LayerSet.NoCGroup);
        _ = await host.WatchdogAsync();
        var children = HostWatchdog.Descendants(host.Pid);
        Assert.Contains(host.Server.Alive(), process => !children.Contains(process.Pid));

        foreach (var child in children.Reverse())
        {
            _ = LibC.kill(child, LibC.SIGKILL);
        }

        host.Kill();
        host.Server.AssertNoneAlive(Soon);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("no cgroup", false)]
    [InlineData("no cgroup but the subreaper", true)]
    public async Task The_host_stays_a_subreaper_if_it_was_one_before(string layers, bool adopts)
    {
        using var host = await KilledHost.StartAsync("daemon", LayerSet.Of(layers));
        _ = await host.WatchdogAsync();
        var children = HostWatchdog.Descendants(host.Pid);

        Assert.Equal(adopts, host.Server.Alive().All(process => children.Contains(process.Pid)));
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("no cgroup")]
    [InlineData("no cgroup but the subreaper")]
    public async Task A_killed_watchdog_is_replaced_with_the_next_server(string layers)
    {
        using var registry = new ProcessRegistry();
        using var host = ZooHost.Start(ZooHost.Command(LayerSet.Of(layers), "--serve"));
        host.SendLine(["--directory", registry.Directory, "--", ZooProgram.Require(), "plain", "."]);
        Assert.Equal("reaped", (await host.ReportAsync()).Outcome);
        var first = await HostWatchdog.OfAsync(host.Pid);
        _ = LibC.kill(first, LibC.SIGKILL);
        await Poll.UntilAsync(() => !HostWatchdog.IsOne(first), "the watchdog to die");

        host.SendLine(["--stdin", "--directory", registry.Directory, "--", ZooProgram.Require(), "daemon", "."]);
        await registry.WaitForAsync(2);

        Assert.DoesNotContain(await HostWatchdog.OfAsync(host.Pid), HostWatchdog.Descendants(host.Pid));
        _ = LibC.kill(host.Pid, LibC.SIGKILL);
        registry.AssertNoneAlive(Soon);
    }
}
