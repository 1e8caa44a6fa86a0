using System.Diagnostics;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Reads from /proc that may block, each with a deadline. What is not read in time is unanswered, never a guess.</summary>
/// <remarks>
/// The kernel makes a reader of cmdline, environ and maps wait for the lock of that process's memory, and no signal but SIGKILL
/// ends the wait. So the read runs on a thread of <see cref="ReaderPool"/> and the caller stops waiting. A process whose read did
/// not return is not read again until it does (<see cref="StuckReads"/>): it costs a thread and the wait only once. While one
/// read hangs, another thread takes on the rest of the batch.
/// </remarks>
internal static class BoundedReads
{
    /// <summary>For what waits for the lock of a process's memory, or for its end of an execve.</summary>
    internal const string Memory = "memory";

    /// <summary>What one read gets, and no more than this passes in a batch without any answer.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    // All the waiting in one batch that brought no answer, for those whose reads hang one after the other.
    private static readonly TimeSpan StallBudget = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(20);

    // All of one batch, also where answers keep coming: a busy machine reads thousands of environments slowly, and the deadline of a
    // reap is checked between two scans. What is left out is asked in the next one.
    private static readonly TimeSpan WholeBudget = TimeSpan.FromMilliseconds(750);

    /// <summary>Reads about one process.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="subject">What is read; a read of another subject is not held back by one that hangs.</param>
    /// <param name="read">Runs on another thread.</param>
    /// <param name="answer">The answer.</param>
    /// <returns>False if there was none in time.</returns>
    internal static bool TryRead<T>(int pid, string subject, Func<int, T> read, out T answer)
    {
        var batch = new ReadBatch<T>([pid], subject, read);
        Run(batch, StallBudget);
        return batch.TryGet(0, out answer);
    }

    /// <summary>Asks about a path, where a file system may not answer.</summary>
    internal static bool TryRead<T>(string path, Func<string, T> read, out T answer)
    {
        var batch = new ReadBatch<T>([0], path, _ => read(path)) { IsAboutPath = true };
        Run(batch, StallBudget);
        return batch.TryGet(0, out answer);
    }

    /// <summary>Reads about many processes; the budget is for all of them.</summary>
    internal static ReadBatch<T> ReadEach<T>(IReadOnlyList<int> pids, string subject, Func<int, T> read, TimeSpan? stallBudget = null)
    {
        var batch = new ReadBatch<T>(pids, subject, read);
        Run(batch, stallBudget ?? StallBudget);
        return batch;
    }

    private static void Run(ReadBatch batch, TimeSpan stallBudget)
    {
        batch.SkipStuck();
        if (batch.IsDone)
        {
            return;
        }

        var start = Stopwatch.GetTimestamp();
        var hasReader = ReaderPool.TryRun(batch);
        var stalled = TimeSpan.Zero;
        for (var progress = batch.Progress; !batch.Wait(Slice);)
        {
            if (Stopwatch.GetElapsedTime(start) >= WholeBudget)
            {
                break;
            }

            if (batch.Progress != progress)
            {
                progress = batch.Progress;
                continue;
            }

            stalled += Slice;
            if (stalled >= stallBudget || (stalled >= Patience && batch.IsAllBegun))
            {
                break;
            }

            // The one that hangs may be slow only: it keeps its time, and the others do not wait for it.
            if (!hasReader || !batch.IsAllBegun)
            {
                hasReader |= ReaderPool.TryRun(batch);
            }
        }

        batch.GiveUp();
    }
}
