using System.Globalization;
using TestReaper.Gpu;
using TestReaper.Gpu.Leases;
using TestReaper.Gpu.Locks;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.Gpu.Leases;

/// <summary>
/// A stand-in machine with NVIDIA's driver and a state directory of its own, for the asynchronous flow that creates it. Its devices have
/// the UUIDs GPU-0, GPU-1, ... and 80 GiB.
/// </summary>
internal sealed class LeaseMachine : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("gpu-state-");

    public LeaseMachine(int devices, params string[] state)
        : this(GpuMachine.WithNvidia([$"count {devices}", .. state]))
    {
    }

    public LeaseMachine(GpuMachine machine)
    {
        Machine = machine;
        GpuMonitor.Current = new GpuMonitor(ProcessPlatform.Current, machine.Roots);

        // The mode of a directory that is created with its parent is not that of the parent.
        OwnerOnlyFile.CreateDirectory(Path.Combine(State, "testreaper"));
        GpuDirectory.Use(Path.Combine(State, "testreaper", "gpu"));
    }

    public GpuMachine Machine { get; }

    /// <summary>XDG_RUNTIME_DIR for another process that shares the leases.</summary>
    public string State => _state.FullName;

    public ListLogger Log { get; } = new();

    public static GpuRequirement Ask(int count = 1, double lease = 20, double idle = 20) => new(count)
    {
        LeaseTimeout = TimeSpan.FromSeconds(lease),
        IdleTimeout = TimeSpan.FromSeconds(idle),
    };

    public string LockOf(string uuid) => Path.Combine(State, "testreaper", "gpu", $"{uuid}.lock");

    public Task<GpuLease?> TryAcquireAsync(
        GpuRequirement? requirement = null,
        string environment = "",
        string label = "a test",
        CancellationToken cancellationToken = default) =>
        GpuLeases.AcquireAsync(requirement ?? Ask(), Devices.Environment(environment), label, Log, cancellationToken);

    /// <summary>A lease, which must be possible.</summary>
    public async Task<GpuLease> AcquireAsync(
        GpuRequirement? requirement = null,
        string environment = "",
        string label = "a test",
        CancellationToken cancellationToken = default) =>
        await TryAcquireAsync(requirement, environment, label, cancellationToken)
            ?? throw new InvalidOperationException("There is no lease: " + string.Join(Environment.NewLine, Log.Warnings));

    public async Task<string> RefuseAsync(GpuRequirement? requirement = null, string environment = "") =>
        (await Xunit.Assert.ThrowsAsync<GpuLeaseException>(() => TryAcquireAsync(requirement, environment))).Message;

    /// <summary>Lets a process hold memory on a device.</summary>
    public void Hold(int device, int pid, long bytes)
    {
        Machine.AddProcess(pid);
        Machine.Set(
            string.Create(CultureInfo.InvariantCulture, $"d{device}.used {bytes + (4 << 20)}"),
            string.Create(CultureInfo.InvariantCulture, $"d{device}.p0.pid {pid}"),
            string.Create(CultureInfo.InvariantCulture, $"d{device}.p0.bytes {bytes}"));
    }

    /// <summary>Frees the memory of a device.</summary>
    public void Free(int device) => Machine.Set($"d{device}.used 4194304", $"d{device}.p0.pid -1000000");

    public static Task UntilWaitingAsync(int number) =>
        Poll.UntilAsync(() => GpuLeases.Waiting().Count == number, () => $"{number} waiting starts: {GpuLeases.Waiting().Count} wait");

    public void Dispose()
    {
        Machine.Dispose();
        _state.Delete(recursive: true);
    }
}
