using System.Diagnostics.CodeAnalysis;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>
/// Threads for reads that may hang, apart from the thread pool, where others may wait for a thread. One that hangs is left alone
/// and another one takes its place; it returns to the pool when its read ends.
/// </summary>
internal static class ReaderPool
{
    // More than this hang only where more processes do; then the rest is unanswered at once.
    private const int MaxThreads = 64, MaxIdle = 4, StackSize = 256 * 1024;
    private static readonly Stack<Reader> Idle = new();
    private static int _threads;

    /// <summary>Makes the first threads ahead: later there may be no room for one.</summary>
    internal static void Prepare()
    {
        lock (Idle)
        {
            while (_threads < 2 && TryCreate() is { } reader)
            {
                Idle.Push(reader);
            }
        }
    }

    /// <summary>Gives a batch to a thread; false if there is none and none can be made.</summary>
    internal static bool TryRun(ReadBatch batch)
    {
        Reader? reader;
        lock (Idle)
        {
            if (!Idle.TryPop(out reader) && (reader = TryCreate()) is null)
            {
                return false;
            }
        }

        reader.Run(batch);
        return true;
    }

    private static Reader? TryCreate()
    {
        if (_threads >= MaxThreads)
        {
            return null;
        }

        try
        {
            var reader = new Reader();
            reader.Start();
            _threads++;
            return reader;
        }
        catch (Exception error) when (error is OutOfMemoryException or ThreadStartException)
        {
            // The limit of processes (pids.max, RLIMIT_NPROC) is reached.
            return null;
        }
    }

    /// <summary>False if enough readers are idle: then this one ends.</summary>
    private static bool TakeBack(Reader reader)
    {
        lock (Idle)
        {
            if (Idle.Count >= MaxIdle)
            {
                _threads--;
                return false;
            }

            Idle.Push(reader);
            return true;
        }
    }

    [SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "It has no kernel handle.")]
    private sealed class Reader
    {
        private readonly ManualResetEventSlim _hasWork = new();
        private readonly Thread _thread;
        private ReadBatch? _batch;

        internal Reader() => _thread = new Thread(Work, StackSize) { IsBackground = true, Name = "TestReaper reader" };

        internal void Start() => _thread.Start();

        internal void Run(ReadBatch batch)
        {
            _batch = batch;
            _hasWork.Set();
        }

        private void Work()
        {
            for (var goesOn = true; goesOn;)
            {
                _hasWork.Wait();
                _hasWork.Reset();
                var batch = _batch!;
                var isLast = batch.ReadNext();

                // Idle before the caller goes on, so that its next read finds this thread.
                goesOn = TakeBack(this);
                if (isLast)
                {
                    batch.Complete();
                }
            }
        }
    }
}
