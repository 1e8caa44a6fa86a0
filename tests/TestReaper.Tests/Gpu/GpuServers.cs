using TestReaper.Extensibility;
using TestReaper.Gpu;
using TestReaper.Gpu.Locks;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Gpu;

/// <summary>Servers on a machine with a stand-in driver, in the asynchronous flow of one test.</summary>
public abstract class GpuServers : IDisposable
{
    internal const long GiB = ReleaseScene.GiB, MiB = ReleaseScene.MiB;

    protected GpuServers()
    {
        GpuMonitor.Current = new GpuMonitor(ProcessPlatform.Current, Machine.Roots);
        GpuDirectory.Use(Path.Combine(Registry.Directory, ".gpu"));
    }

    internal GpuMachine Machine { get; } = GpuMachine.WithNvidia("count 1").Add("dev/nvidia0", "");

    internal ProcessRegistry Registry { get; } = new();

    internal ListLogger Logger { get; } = new();

    internal ProcessOwner Owner { get; } = new("GpuClass");

    internal string Device => Path.Combine(Machine.Roots.Dev, "nvidia0");

    public void Dispose()
    {
        Registry.Dispose();
        Machine.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The end of a class with a leak check.</summary>
    internal Task<Exception?> CheckAsync()
    {
        var options = new LeakCheckOptions { Label = "[AssertReaped]", Timeout = TimeSpan.Zero, IsExclusive = false };
        return LeakCheck.BeginForClass(Owner, options, Logger)!.EndAsync();
    }

    internal Task GoneAsync() => Poll.UntilAsync(() => Registry.Alive().Count == 0, "the server to be gone");

    internal async Task<ServerProcess> StartAsync(ServerProcessOptions? options = null)
    {
        var server = await ServerProcess.StartAsync(options ?? Options(), Logger);
        await Registry.WaitForAsync(1);
        return server;
    }

    internal ServerProcessOptions Options() => new()
    {
        FileName = TestProgram.Path,
        Arguments = ["--registry", Registry.Directory, "--lock", Device, "--print", "up"],
        Readiness = Readiness.OutputLine("^up$"),
        LogDirectory = Path.Combine(Registry.Directory, "logs"),
        Reap = new ReapOptions { GracePeriod = TimeSpan.Zero, GpuReleaseTimeout = ReleaseScene.Short },
    };

    internal void Use(ServerProcess server) => Use(server.ProcessId);

    internal void Use(int pid, int device = 0) => Machine.AddProcess(pid).Set(
        $"d{device}.used {40 * GiB}", $"d{device}.p0.bytes {40 * GiB}", $"d{device}.p0.pid {pid}");

    internal void Free() => Machine.Set($"d0.p0.pid {ReleaseScene.NoPid}", $"d0.used {4 * MiB}");
}
