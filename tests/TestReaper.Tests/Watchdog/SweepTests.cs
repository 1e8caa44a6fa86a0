using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.Watchdog;

/// <summary>Host and watchdog are both killed; the next host finds what they left.</summary>
[SupportedOSPlatform("linux")]
public sealed class SweepTests : IDisposable
{
    // A state of their own: other tests' hosts sweep, too.
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("testreaper-state-");

    private Dictionary<string, string> Environment => new() { ["XDG_RUNTIME_DIR"] = _state.FullName };

    public void Dispose() => _state.Delete(recursive: true);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("daemon", "no cgroup")]
    [InlineData("daemon-empty-environment", "all layers")]
    public async Task The_next_host_reaps_what_a_dead_one_left(string animal, string layers)
    {
        using var bystander = await Bystander.StartAsync();
        using var living = await KilledHost.StartAsync("plain", LayerSet.Of(layers), Environment);
        using var dead = await KilledHost.StartAsync(animal, LayerSet.Of(layers), Environment);
        _ = LibC.kill(await dead.WatchdogAsync(), LibC.SIGKILL);
        dead.Kill();
        await Task.Delay(500);
        Assert.NotEmpty(dead.Server.Alive());

        using var next = await KilledHost.StartAsync("plain", LayerSet.Of(layers), Environment, "--sweep");

        dead.Server.AssertNoneAlive();
        Assert.Equal(2, living.Server.Alive().Count);
        bystander.AssertAlive();
    }
}
