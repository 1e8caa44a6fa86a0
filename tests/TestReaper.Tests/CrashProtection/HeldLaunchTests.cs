using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>
/// The host dies between the fork of a child and its exec. The child then has no scope, has copies of all descriptors of the
/// host, and would wait for ever.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class HeldLaunchTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    // A separate state directory: hosts of other tests sweep, too.
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("testreaper-state-");

    private Dictionary<string, string> Environment => new() { ["XDG_RUNTIME_DIR"] = _state.FullName };

    public void Dispose() => _state.Delete(recursive: true);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_watchdog_kills_a_child_before_its_exec_and_the_running_server(bool isContained)
    {
        using var bystander = await Bystander.StartAsync();
        using var launch = await HeldLaunch.StartAsync(isContained, Environment);
        var watchdog = await HostWatchdog.OfAsync(launch.Pid);

        launch.Kill();

        await Poll.UntilAsync(() => !launch.IsChildAlive, "the child to die before its exec", Soon);
        launch.Server.AssertNoneAlive(Soon);
        launch.Launched.AssertNoneAlive(Soon);
        await Poll.UntilAsync(() => !HostWatchdog.IsOne(watchdog), "the watchdog to end", Soon);
        Assert.Empty(_state.GetFiles("*", SearchOption.AllDirectories));
        bystander.AssertAlive();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_sweep_kills_them_if_the_watchdog_died_as_well(bool isContained)
    {
        using var bystander = await Bystander.StartAsync();
        using var launch = await HeldLaunch.StartAsync(isContained, Environment);
        _ = LibC.kill(await HostWatchdog.OfAsync(launch.Pid), LibC.SIGKILL);
        launch.Kill();
        await Task.Delay(500);
        Assert.True(launch.IsChildAlive, "Another process has killed the child.");

        using var next = await KilledHost.StartAsync("plain", LayerSet.All, Environment, "--sweep");

        await Poll.UntilAsync(() => !launch.IsChildAlive, "the child to die before its exec", Soon);
        launch.Server.AssertNoneAlive(Soon);
        launch.Launched.AssertNoneAlive(Soon);
        Assert.Single(_state.GetFiles("*", SearchOption.AllDirectories));
        bystander.AssertAlive();
    }
}
