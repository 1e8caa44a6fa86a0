using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>The host dies without a word, and nothing of its servers lives on. Nobody else is touched.</summary>
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
    public async Task What_a_killed_host_had_started_dies(string animal, string layers)
    {
        using var bystander = await Bystander.StartAsync();
        using var host = await KilledHost.StartAsync(animal, LayerSet.Of(layers));

        host.Kill();

        host.Server.AssertNoneAlive(Soon);
        bystander.AssertAlive();
    }

    /// <summary>As one with file capabilities, which a container's server may have: nobody can read its environment.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task A_server_dies_whose_environment_cannot_be_read()
    {
        using var bystander = await Bystander.StartAsync();
        using var state = new ProcessRegistry();
        File.SetUnixFileMode(state.Directory, (UnixFileMode)0x1FF);
        using var host = await KilledHost.StartAsync(
            ZooProgram.RequireUnreadable(), "plain", LayerSet.OrdinaryUser, new Dictionary<string, string> { ["XDG_RUNTIME_DIR"] = state.Directory });

        await host.WaitUntilToldAsync(state.Directory);

        host.Kill();

        host.Server.AssertNoneAlive(Soon);
        bystander.AssertAlive();
    }

    /// <summary>The terminal's signals go to the whole group, and an impatient user sends them twice.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task The_watchdog_shrugs_off_the_signals_of_a_terminal()
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
    public async Task The_watchdog_is_gone_soon_after_a_clean_end()
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
    public async Task A_host_that_is_asked_to_end_takes_its_servers_along(string signal)
    {
        using var host = await KilledHost.StartAsync("daemon", LayerSet.NoCGroup);
        _ = LibC.kill(await host.WatchdogAsync(), LibC.SIGKILL);

        host.Kill(signal == "SIGTERM" ? LibC.SIGTERM : LibC.SIGINT);

        host.Server.AssertNoneAlive(TimeSpan.FromSeconds(8));
    }
}
