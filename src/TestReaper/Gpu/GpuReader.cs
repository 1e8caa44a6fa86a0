using TestReaper.Platform;

namespace TestReaper.Gpu;

/// <summary>Reads on another thread, so that a wait for a driver can be cancelled.</summary>
internal static class GpuReader
{
    /// <exception cref="OperationCanceledException">The wait was cancelled. The reading goes on and ends within its limit.</exception>
    public static GpuReading Read(GpuMonitor monitor, TimeSpan limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var done = new TaskCompletionSource<GpuReading>();
        if (BackgroundThread.TryStart("TestReaper GPU reading", () => done.SetResult(TryRead(monitor, limit))) is null)
        {
            return TryRead(monitor, limit);
        }

        done.Task.Wait(cancellationToken);
        return done.Task.Result;
    }

    /// <summary>An unexpected error becomes a fault: on a thread it would end the process.</summary>
    public static GpuReading TryRead(GpuMonitor monitor, TimeSpan limit)
    {
        try
        {
            return monitor.Read(limit);
        }
        catch (Exception error)
        {
            return GpuReading.Failed(GpuFaultKind.NotVerified, $"The GPUs cannot be read: {error.Message}");
        }
    }
}
