using TestReaper.Gpu.Helper;
using TestReaper.Platform;

namespace TestReaper.Gpu;

/// <summary>
/// Reads the GPUs and their holders, for one wait. The first reading that finds a driver starts the helper process, which lives until the
/// wait is disposed or a query exceeds its limit. Without a driver no process is started. Not safe for several threads.
/// </summary>
/// <param name="platform">The operating system.</param>
/// <param name="roots">Where the drivers are found; null for the system's.</param>
/// <param name="mayStartProcess">False for tests of the fallback.</param>
internal sealed class GpuTelemetry(IProcessPlatform platform, GpuRoots? roots = null, bool mayStartProcess = true) : IDisposable
{
    private readonly GpuRoots _roots = roots ?? new GpuRoots();
    private GpuHelperProcess? _helper;
    private GpuQueryThread? _thread;

    /// <summary>The pid of the helper process; null while there is none.</summary>
    public int? HelperPid => _helper?.Pid;

    /// <summary>
    /// Returns within the limit, whatever the drivers do.
    /// </summary>
    public GpuReading Read(TimeSpan limit)
    {
        if (!_roots.HasDriver)
        {
            return GpuReading.Empty;
        }

        _helper ??= _thread is null && mayStartProcess ? GpuHelperProcess.TryStart(platform, _roots) : null;
        return _helper is null ? ReadOnThread(limit) : ReadByHelper(_helper, limit);
    }

    public void Dispose() => Abandon();

    private GpuReading ReadByHelper(GpuHelperProcess helper, TimeSpan limit)
    {
        var reading = helper.TryRead(limit, out var failure);
        if (reading is null)
        {
            Abandon();
            reading = GpuReading.Failed(GpuFaultKind.NoAnswer, failure);
        }

        return reading.WithOwn(Environment.ProcessId, helper.Pid) with { Mechanism = GpuMechanism.HelperProcess };
    }

    private GpuReading ReadOnThread(TimeSpan limit)
    {
        _thread ??= new GpuQueryThread(_roots);
        var reading = _thread.TryRead(limit, out var failure) ?? GpuReading.Failed(GpuFaultKind.NoAnswer, failure);
        return reading.WithOwn(Environment.ProcessId) with { Mechanism = GpuMechanism.BackgroundThread };
    }

    private void Abandon()
    {
        _helper?.Dispose();
        _helper = null;
    }
}
