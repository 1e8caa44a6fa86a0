using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Containers;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;
using CGroup = TestReaper.Platform.Linux.Containers.CGroup;

namespace TestReaper.Tests.CrashProtection;

/// <summary>Host and watchdog are both killed; the next host reaps their servers.</summary>
[SupportedOSPlatform("linux")]
public sealed class SweepTests : IDisposable
{
    // A separate state directory: hosts of other tests sweep, too.
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("testreaper-state-");

    private Dictionary<string, string> Environment => new() { ["XDG_RUNTIME_DIR"] = _state.FullName };

    public void Dispose() => _state.Delete(recursive: true);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("daemon", "no cgroup")]
    [InlineData("daemon-empty-environment", "all layers")]
    public async Task The_next_host_reaps_the_server_of_a_dead_one(string animal, string layers)
    {
        using var bystander = await Bystander.StartAsync();
        using var living = await KilledHost.StartAsync("plain", LayerSet.Of(layers), Environment);
        using var dead = await KilledHost.StartAsync(animal, LayerSet.Of(layers), Environment);
        await dead.WaitUntilRecordedAsync(_state.FullName);
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
    public async Task The_sweep_names_the_GPU_of_the_server(string devices, string end)
    {
        using var dead = await KilledHost.StartAsync(
            "plain", LayerSet.NoCGroup, new Dictionary<string, string>(Environment) { ["CUDA_VISIBLE_DEVICES"] = devices });
        await dead.WaitUntilRecordedAsync(_state.FullName);
        _ = LibC.kill(await dead.WatchdogAsync(), LibC.SIGKILL);
        dead.Kill();
        var ledger = Assert.Single(_state.GetFiles("*.ledger", SearchOption.AllDirectories));
        var logger = new ListLogger();

        await Poll.UntilAsync(() => IsUnlocked(ledger.FullName), "the last thread of the host to die");
        await new Sweep(ProcessPlatform.Current, logger, ledger.DirectoryName).RunAsync();

        Assert.EndsWith(end, Assert.Single(logger.Warnings), StringComparison.Ordinal);
    }

    /// <summary>An ordinary directory that looks like the cgroup of the server, with the pid of an unrelated process.</summary>
    [SkippableTheory(Timeout = 60_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cgroup_counts_only_if_the_kernel_has_created_it(bool isReal)
    {
        using var registry = new ProcessRegistry();
        using var stranger = Process.Start(
            new ProcessStartInfo(ZooProgram.Require(), ["plain", "."]) { WorkingDirectory = registry.Directory })!;
        await registry.WaitForAsync(2);
        var scope = ScopeId.New();
        var container = isReal ? CGroup.PathOf(scope) : Path.Combine(_state.FullName, $"testreaper-{scope}");
        Skip.If(isReal && CGroup.TryCreate(scope, out _) is null, "no cgroup can be made here");
        Directory.CreateDirectory(container!);
        await File.WriteAllTextAsync(Path.Combine(container!, "cgroup.procs"), $"{stranger.Id}");
        if (!isReal)
        {
            await File.WriteAllTextAsync(Path.Combine(container!, "cgroup.events"), "populated 1\n");
        }

        var ledger = Path.Combine(_state.FullName, "4194000-1.ledger");
        var instance = ProcessPlatform.Current.Processes.Instance;
        await File.WriteAllTextAsync(ledger, $$"""
            {"pid":4194000,"startTime":1,"boot":"{{instance.Boot}}","pidNamespace":"{{instance.PidNamespace}}"}
            {"scope":"{{scope}}","container":"{{container}}","command":"zoo plain"}

            """);
        File.SetUnixFileMode(ledger, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await new Sweep(ProcessPlatform.Current, new ListLogger(), _state.FullName).RunAsync();

        // The real one contains the root and its future children.
        Assert.False(File.Exists(ledger), "The ledger was not looked at.");
        Assert.Equal(!isReal, registry.Alive("root").Count == 1);
    }

    private static bool IsUnlocked(string path)
    {
        using var file = LibC.open(path, LibC.O_RDONLY | LibC.O_CLOEXEC);

        // Closing it does not release the lock: a child that another test has just forked may have a copy.
        return LibC.flock(file, LibC.LOCK_SH | LibC.LOCK_NB) == 0 && LibC.flock(file, LibC.LOCK_UN) == 0;
    }
}
