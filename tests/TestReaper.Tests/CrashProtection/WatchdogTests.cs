using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>After the death of the host its servers die. No other process is signalled.</summary>
[SupportedOSPlatform("linux")]
public sealed class WatchdogTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("plain", "all layers")]
    [InlineData("ignores-sigterm", "all layers")]
    [InlineData("daemon-empty-environment", "all layers")]
    [InlineData("headless-child", "all layers")]
    [InlineData("daemon", "no cgroup")]
    [InlineData("exec-empty-environment", "no cgroup")]
    [InlineData("setsid", "ordinary user")]
    public async Task The_server_of_a_killed_host_dies(string animal, string layers)
    {
        using var bystander = await Bystander.StartAsync();
        using var host = await KilledHost.StartAsync(animal, LayerSet.Of(layers));

        host.Kill();

        host.Server.AssertNoneAlive(Soon);
        bystander.AssertAlive();
    }

    /// <summary>A program with file capabilities, as in some containers: an ordinary user cannot read its environment.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task A_server_with_an_unreadable_environment_dies()
    {
        using var bystander = await Bystander.StartAsync();
        using var state = new ProcessRegistry();
        File.SetUnixFileMode(state.Directory, (UnixFileMode)0x1FF);
        using var host = await KilledHost.StartAsync(
            ZooProgram.RequireUnreadable(),
            "plain",
            LayerSet.OrdinaryUser,
            new Dictionary<string, string> { ["XDG_RUNTIME_DIR"] = state.Directory });

        await host.WaitUntilRecordedAsync(state.Directory);

        host.Kill();

        host.Server.AssertNoneAlive(Soon);
        bystander.AssertAlive();
    }

    /// <summary>The signals of a terminal go to the whole group, and users send them twice.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task The_watchdog_ignores_the_signals_of_a_terminal()
    {
        using var host = await KilledHost.StartAsync("plain", LayerSet.NoCGroup);
        var watchdog = await host.WatchdogAsync();

        foreach (var signal in (int[])[LibC.SIGHUP, LibC.SIGINT, LibC.SIGTERM])
        {
            Assert.Equal(0, LibC.kill(watchdog, signal));
        }

        host.Kill();
        host.Server.AssertNoneAlive(Soon);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_watchdog_exits_soon_after_a_clean_end()
    {
        var watchdog = 0;
        using (var host = await KilledHost.StartAsync("plain", LayerSet.All))
        {
            watchdog = await host.WatchdogAsync();
            Assert.True(HostWatchdog.IsOne(watchdog));
            await host.ReapAsync();
            host.Server.AssertNoneAlive();
        }

        await Poll.UntilAsync(() => !HostWatchdog.IsOne(watchdog), "the watchdog to end");
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("SIGTERM")]
    [InlineData("SIGINT")]
    public async Task A_host_that_gets_a_stop_signal_kills_its_servers(string signal)
    {
        using var host = await KilledHost.StartAsync("daemon", LayerSet.NoCGroup);
        _ = LibC.kill(await host.WatchdogAsync(), LibC.SIGKILL);

        host.Kill(signal == "SIGTERM" ? LibC.SIGTERM : LibC.SIGINT);

        host.Server.AssertNoneAlive(TimeSpan.FromSeconds(8));
    }
}
