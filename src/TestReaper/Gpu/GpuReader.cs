using TestReaper.Platform;

namespace TestReaper.Gpu;

/// <summary>Reads on another thread, so that a wait for a driver can be cancelled.</summary>
internal static class GpuReader
{
    /// <summary>Blocks the calling thread.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled. The reading goes on and ends within its limit.</exception>
    public static GpuReading Read(GpuMonitor monitor, TimeSpan limit, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var reading = ReadAsync(monitor, limit);
        reading.Wait(cancellationToken);
        return reading.Result;
    }

    /// <summary>The same for a caller that awaits. It ends within the limit, and an error becomes a fault of the reading.</summary>
    public static Task<GpuReading> ReadAsync(GpuMonitor monitor, TimeSpan limit)
    {
        var done = new TaskCompletionSource<GpuReading>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (BackgroundThread.TryStart("TestReaper GPU reading", () => done.SetResult(TryRead(monitor, limit))) is null)
        {
            done.SetResult(GpuReading.Failed(GpuFaultKind.NotVerified, "The system refuses a thread for the query of the GPU drivers."));
        }

        return done.Task;
    }

    /// <summary>An unexpected error becomes a fault: on a thread it would end the process.</summary>
    private static GpuReading TryRead(GpuMonitor monitor, TimeSpan limit)
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
