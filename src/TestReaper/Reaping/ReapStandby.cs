using TestReaper.Platform;

namespace TestReaper.Reaping;

/// <summary>
/// What the reap of a server needs, created with the server: a thread, something to wait for exits with, and descriptors. A host
/// that runs out of them later can still reap.
/// </summary>
internal sealed class ReapStandby : IDisposable
{
    private const string ThreadName = "TestReaper reap";
    private readonly StandbyThread _thread;
    private ExitWatch? _watch;

    private ReapStandby(StandbyThread thread, ExitWatch watch) => (_thread, _watch) = (thread, watch);

    /// <exception cref="OutOfMemoryException">The system refuses another thread.</exception>
    public static ReapStandby Create(IProcessPlatform platform)
    {
        platform.Control.FillReserve();
        return new ReapStandby(new StandbyThread(ThreadName), platform.Control.CreateExitWatch());
    }

    /// <summary>For the first reap; null for one that is tried again.</summary>
    public ExitWatch? TakeWatch() => Interlocked.Exchange(ref _watch, null);

    /// <summary>Runs a reap on the thread, or on a new one if an earlier reap that failed still occupies it.</summary>
    public Task<ReapReport> Run(Func<ReapReport> reap) => StandbyThread.Run(_thread, ThreadName, reap);

    public void Dispose()
    {
        _thread.Dispose();
        TakeWatch()?.Dispose();
    }
}
