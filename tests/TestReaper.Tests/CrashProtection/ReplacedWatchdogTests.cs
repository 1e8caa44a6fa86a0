using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Leaks;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>The next launch replaces a watchdog that died. The new one gets the servers of the old one.</summary>
[SupportedOSPlatform("linux")]
public sealed class ReplacedWatchdogTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    [Theory(Timeout = 60_000)]
    [InlineData("all layers")]
    [InlineData("no cgroup")]
    public async Task A_killed_watchdog_is_replaced_by_one_that_knows_all_servers(string layers)
    {
        using var bystander = await Bystander.StartAsync();
        using var host = new LeakHost(LayerSet.Of(layers));
        await host.StartOwnedAsync("server", "a", "first", 2, "--children", "1");
        var killed = await KillWatchdogAsync(host);

        await host.StartOwnedAsync("server", "a", "second", 1);

        Assert.NotEqual(killed, await HostWatchdog.OfAsync(host.Pid));
        Assert.Empty(await WarningsAsync(host));
        AssertServersDieWith(host);
        bystander.AssertAlive();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("all layers")]
    [InlineData("no cgroup")]
    public async Task A_replacement_that_dies_at_once_is_warned_of_and_the_next_launch_tries_again(string layers)
    {
        using var bystander = await Bystander.StartAsync();
        using var host = new LeakHost(LayerSet.Of(layers), environment: null, "--dead-helper", "2");
        await host.StartOwnedAsync("server", "a", "first", 2, "--children", "1");
        await KillWatchdogAsync(host);

        await host.StartOwnedAsync("server", "a", "second", 1);
        Assert.StartsWith(
            "No watchdog: servers will outlive this process if it is killed.", await WarningAsync(host), StringComparison.Ordinal);
        Assert.False(HostWatchdog.IsLeftOf(host.Pid));

        await host.StartOwnedAsync("server", "a", "third", 1);
        await HostWatchdog.OfAsync(host.Pid);
        Assert.Single(await WarningsAsync(host));
        AssertServersDieWith(host);
        bystander.AssertAlive();
    }

    private static async Task<int> KillWatchdogAsync(LeakHost host)
    {
        var watchdog = await HostWatchdog.OfAsync(host.Pid);
        _ = LibC.kill(watchdog, LibC.SIGKILL);

        // A zombie has closed its files. The command line of a dying process is empty before that.
        await Poll.UntilAsync(() => ProcStat.StateOf(watchdog) is null or 'Z', "the watchdog to die");
        return watchdog;
    }

    private static async Task<IReadOnlyList<string>> WarningsAsync(LeakHost host) =>
        (await host.StepAsync("warnings", ["warnings"])).Warnings!;

    // A launch does not wait for its logger.
    private static async Task<string> WarningAsync(LeakHost host)
    {
        IReadOnlyList<string> warnings = [];
        for (var end = Environment.TickCount64 + 15_000; warnings.Count == 0 && Environment.TickCount64 < end; await Task.Delay(5))
        {
            warnings = await WarningsAsync(host);
        }

        return Assert.Single(warnings);
    }

    private static void AssertServersDieWith(LeakHost host)
    {
        Assert.Equal(host.Registry.Registered(), host.Registry.Alive());
        _ = LibC.kill(host.Pid, LibC.SIGKILL);
        host.Registry.AssertNoneAlive(Soon);
    }
}
