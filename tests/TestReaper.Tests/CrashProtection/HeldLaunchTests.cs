using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>
/// The host dies between the birth of a child and its exec. The child carries nothing of its own then, has copies of all of
/// the host's descriptors, and would wait for ever.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class HeldLaunchTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    // A state of their own: other tests' hosts sweep, too.
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("testreaper-state-");

    private Dictionary<string, string> Environment => new() { ["XDG_RUNTIME_DIR"] = _state.FullName };

    public void Dispose() => _state.Delete(recursive: true);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_watchdog_kills_a_child_that_was_never_let_go_and_what_had_started_before(bool isContained)
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
    public async Task The_sweep_does_it_where_the_watchdog_died_as_well(bool isContained)
    {
        using var bystander = await Bystander.StartAsync();
        using var launch = await HeldLaunch.StartAsync(isContained, Environment);
        _ = LibC.kill(await HostWatchdog.OfAsync(launch.Pid), LibC.SIGKILL);
        launch.Kill();
        await Task.Delay(500);
        Assert.True(launch.IsChildAlive, "Somebody else has killed the child.");

        using var next = await KilledHost.StartAsync("plain", LayerSet.All, Environment, "--sweep");

        await Poll.UntilAsync(() => !launch.IsChildAlive, "the child to die before its exec", Soon);
        launch.Server.AssertNoneAlive(Soon);
        launch.Launched.AssertNoneAlive(Soon);
        Assert.Single(_state.GetFiles("*", SearchOption.AllDirectories));
        bystander.AssertAlive();
    }
}
