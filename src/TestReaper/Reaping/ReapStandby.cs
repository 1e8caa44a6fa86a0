using TestReaper.Platform;

namespace TestReaper.Reaping;

/// <summary>The thread, exit watch and spare descriptors for a reap, created with the server: a host may run out of them later.</summary>
internal sealed class ReapStandby : IDisposable
{
    /// <summary>For debuggers.</summary>
    public const string ThreadName = "TestReaper reap";
    private readonly StandbyThread _thread;
    private ExitWatch? _watch;

    private ReapStandby(StandbyThread thread, ExitWatch watch) => (_thread, _watch) = (thread, watch);

    /// <exception cref="OutOfMemoryException">The system refuses another thread.</exception>
    public static ReapStandby Create(IProcessPlatform platform)
    {
        platform.Control.FillReserve();
        return new ReapStandby(new StandbyThread(ThreadName), platform.Control.CreateExitWatch());
    }

    /// <summary>The exit watch for the first reap; null for a retry.</summary>
    public ExitWatch? TakeWatch() => Interlocked.Exchange(ref _watch, null);

    /// <summary>Runs a reap on the thread, or on a new one while a failed reap still occupies it.</summary>
    public Task<ReapReport> Run(Func<ReapReport> reap) => StandbyThread.Run(_thread, ThreadName, reap);

    public void Dispose()
    {
        _thread.Dispose();
        TakeWatch()?.Dispose();
    }
}
