using System.Diagnostics;
using TestReaper.Gpu;
using TestReaper.Gpu.Release;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Gpu;

/// <summary>
/// A reap of one real process, which the stand-in driver lists. The test changes what the driver shows while the reap waits.
/// </summary>
internal sealed class ReleaseScene : IDisposable
{
    public const long GiB = 1L << 30, MiB = 1L << 20;

    /// <summary>In the state file: the end of a list, and an amount that the driver does not report.</summary>
    public const long NoPid = -1000000, Unknown = -1;

    /// <summary>A pid above the largest of any system.</summary>
    public const int Neighbour = 5_000_077;

    public static readonly TimeSpan Short = TimeSpan.FromSeconds(1.5);
    private readonly ProcessRegistry _registry = new();
    private readonly IProcessPlatform _platform = ProcessPlatform.Current;
    private TreeTracker? _tree;
    private GpuObservation? _observation;

    public ReleaseScene(GpuMachine machine)
    {
        Machine = machine;
        Monitor = new GpuMonitor(_platform, machine.Roots);
    }

    public GpuMachine Machine { get; }

    public GpuMonitor Monitor { get; }

    public ListLogger Logger { get; } = new();

    public ReapOptions Options { get; set; } = new() { GracePeriod = TimeSpan.Zero, GpuReleaseTimeout = TimeSpan.FromSeconds(20) };

    public string[] Leased { get; init; } = [];

    public long? Headroom { get; init; }

    /// <summary>The limit of the reading before the launch.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    public int Pid { get; private set; }

    public TreeTracker Tree => _tree!;

    public GpuObservation Observation => _observation!;

    /// <summary>A machine with one idle GPU, the baseline of which is taken, and a process of which the driver knows nothing yet.</summary>
    public static Task<ReleaseScene> StartAsync(params string[] state) => StartAsync(GpuMachine.WithNvidia(["count 1", .. state]));

    public static async Task<ReleaseScene> StartAsync(GpuMachine machine)
    {
        var scene = new ReleaseScene(machine);
        scene.Observe();
        await scene.LaunchAsync();
        return scene;
    }

    /// <summary>Waits until a process that was started with --lock has the file open.</summary>
    public static Task OpenAsync(string file) =>
        Poll.UntilAsync(() => ProcessPlatform.Current.Files.ProbeLock(file).IsHeld == true, "the open device file");

    /// <summary>Takes the baseline.</summary>
    public void Observe() => _observation = GpuObservation.Begin(Monitor, _platform, Leased, Headroom, Limit, Logger);

    public void ObserveNothing() => _observation = GpuObservation.WithoutBaseline(Monitor, _platform);

    /// <summary>Starts the process. It has a device file open, so that its reap reads the devices.</summary>
    public async Task LaunchAsync()
    {
        Machine.Add("dev/nvidia0", "");
        var device = Path.Combine(Machine.Roots.Dev, "nvidia0");
        using var process = TestProgram.Start("--registry", _registry.Directory, "--role", "root", "--lock", device);
        var root = (await _registry.WaitForAsync(1, "root"))[0];
        await OpenAsync(device);
        Pid = root.Pid;
        Machine.AddProcess(Pid);
        _tree = new TreeTracker(_platform, scope: null);
        _tree.AddRoot(new ProcessIdentity(root.Pid, root.StartTime));
    }

    /// <summary>The process uses memory of a device, and the driver lists it.</summary>
    public ReleaseScene Use(long bytes, int device = 0)
    {
        Machine.Set($"d{device}.used {(4 * MiB) + bytes}", $"d{device}.p0.bytes {bytes}", $"d{device}.p0.pid {Pid}");
        return this;
    }

    /// <summary>The driver lists the process no more.</summary>
    public ReleaseScene Unlist(int device = 0)
    {
        Machine.Set($"d{device}.p0.pid {NoPid}");
        return this;
    }

    /// <summary>The driver lists a process outside the tree, in the place of the tree's or in the next one.</summary>
    public ReleaseScene AddNeighbour(long bytes, int place = 0, int pid = Neighbour)
    {
        Machine.AddProcess(pid).Set($"d0.p{place}.bytes {bytes}", $"d0.p{place}.pid {pid}");
        return this;
    }

    /// <summary>The driver lists the process no more, and its memory is free.</summary>
    public ReleaseScene Free(int device = 0)
    {
        Machine.Set($"d{device}.p0.pid {NoPid}", $"d{device}.used {4 * MiB}");
        return this;
    }

    /// <summary>Begins the reap and returns when the process is gone; the reap then waits for the GPU.</summary>
    public async Task<Task<ReapReport>> ReapAsync()
    {
        var request = new ReapRequest(_platform, Tree, Options, Logger, TimeProvider.System) { Gpu = Observation };
        var reap = ReapPipeline.RunAsync(request, CancellationToken.None);
        await Poll.UntilAsync(() => _registry.Alive().Count == 0, "the process to be gone");
        return reap;
    }

    /// <summary>The only condition of a reap that succeeds.</summary>
    public async Task<ReleaseCondition> ReleasedAsync() => Xunit.Assert.Single((await await ReapAsync()).Releases);

    /// <summary>The failure of a reap, whose report has one condition.</summary>
    public async Task<(ReapTimeoutException Failure, ReleaseCondition Condition)> FailedAsync()
    {
        var reap = await ReapAsync();
        var failure = await Xunit.Assert.ThrowsAsync<ReapTimeoutException>(() => reap);
        return (failure, Xunit.Assert.Single(failure.Report.Releases));
    }

    public void Dispose()
    {
        _tree?.Dispose();
        _registry.Dispose();
        Machine.Dispose();
    }
}
