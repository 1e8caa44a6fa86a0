using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using TestReaper.Watchdog;
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

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("0,1", " (GPU 0,1)")]
    [InlineData("", "zoo plain .")]
    public async Task The_sweep_says_which_GPU_the_dead_server_had(string devices, string end)
    {
        using var dead = await KilledHost.StartAsync("plain", LayerSet.NoCGroup, new Dictionary<string, string>(Environment) { ["CUDA_VISIBLE_DEVICES"] = devices });
        _ = LibC.kill(await dead.WatchdogAsync(), LibC.SIGKILL);
        dead.Kill();
        var ledger = Assert.Single(_state.GetFiles("*.ledger", SearchOption.AllDirectories));
        var logger = new ListLogger();

        await Poll.UntilAsync(() => IsUnlocked(ledger.FullName), "the last thread of the host to die");
        await new Sweep(ProcessPlatform.Current, logger, ledger.DirectoryName).RunAsync();

        Assert.EndsWith(end, Assert.Single(logger.Warnings), StringComparison.Ordinal);
    }

    private static bool IsUnlocked(string path)
    {
        using var file = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);

        // To close it is not to let go of it: another test may just have forked.
        return LibC.flock(file, LibC.LOCK_SH | LibC.LOCK_NB) == 0 && LibC.flock(file, LibC.LOCK_UN) == 0;
    }
}
