namespace TestReaper.Platform.Linux.Procfs;

/// <summary>
/// Threads for reads that may block for minutes. They are not threads of the thread pool, because stuck reads would use up that pool.
/// A thread that is stuck is replaced by another one, and returns to this pool when its read ends. See <see cref="BoundedReads"/>.
/// </summary>
internal static class ReaderPool
{
    // All of them are stuck only if as many processes are. Then further reads are unanswered at once.
    private const int MaxThreads = 64, MaxIdle = 4, StackSize = 256 * 1024;
    private static readonly Stack<Reader> Idle = new();
    private static int _threads;

    /// <summary>Creates the first threads ahead: later the limit of processes may be reached.</summary>
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

    /// <summary>Gives a batch to a thread; false if none is idle and none can be created.</summary>
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
        var reader = new Reader();
        if (_threads >= MaxThreads || BackgroundThread.TryStart("TestReaper reader", reader.Work, StackSize) is null)
        {
            return null;
        }

        _threads++;
        return reader;
    }

    /// <returns>False if enough readers are idle: then this one ends.</returns>
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
        private ReadBatch? _batch;

        internal void Run(ReadBatch batch)
        {
            _batch = batch;
            _hasWork.Set();
        }

        internal void Work()
        {
            for (var continues = true; continues;)
            {
                _hasWork.Wait();
                _hasWork.Reset();
                var batch = _batch!;
                var isLast = batch.ReadNext();

                // Idle before the caller goes on, so that its next read finds this thread.
                continues = TakeBack(this);
                if (isLast)
                {
                    batch.Complete();
                }
            }
        }
    }
}
