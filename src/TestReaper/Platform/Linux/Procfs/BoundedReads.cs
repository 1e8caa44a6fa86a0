namespace TestReaper.Platform.Linux.Procfs;

// Constraint: a read of cmdline, environ or maps takes the lock of that process's memory (mmap_lock, mm/memory.c and fs/proc/base.c in
// Linux; https://man7.org/linux/man-pages/man5/proc_pid_environ.5.html). A process that is stuck in a driver or on a dead file server can
// hold it for minutes. The reader then sleeps, and only SIGKILL to its whole process ends the sleep: there is no timeout, no O_NONBLOCK
// and no cancellation. A reap must not take longer than its timeouts, whatever such a process does.
//
// Scheme: each read that may block runs on a thread of ReaderPool, and the caller stops waiting after a limit. Many reads form a batch
// (ReadBatch): threads take one read after the other, and the caller waits for progress in slices of 20 ms. When a batch makes no
// progress, another thread joins it and takes the rest, so one stuck process delays the others by one slice. A batch ends when all reads
// have returned; or when all have begun and 200 ms in total passed without progress; or after half a second in total without progress
// (callers may allow less); or after 750 ms.
//
// Invariants:
// - A read that has not returned in time has no answer. The caller never gets a default value in its place.
// - A read that is stuck keeps its thread. It is recorded in StuckReads with the process and the subject, and that process is not read
//   again for that subject until the read returns. So each stuck process costs one thread and one wait for each subject.
// - An answer that comes late stays in its batch.
// - The pool has a limit of threads. When it is reached, reads wait for a free thread until their limit; then they are unanswered.
// - An exception of a read is thrown to the caller of the batch.

/// <summary>Reads that may block, from /proc and from file systems, each with a deadline.</summary>
internal static class BoundedReads
{
    /// <summary>The subject of reads that wait for the lock of a process's memory, or for the end of its execve.</summary>
    internal const string Memory = "memory";

    /// <summary>How long a batch waits for its last reads after all have begun.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    // The total time without progress in one batch, for reads that block one after the other.
    private static readonly TimeSpan StallBudget = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(20);

    // The limit for a batch that makes progress. A busy machine reads thousands of environments slowly, and the deadline of a reap is
    // checked between two scans. The next scan reads what this one left out.
    private static readonly TimeSpan WholeBudget = TimeSpan.FromMilliseconds(750);

    /// <summary>Reads about one process, on another thread. A stuck read prevents only reads of the same subject.</summary>
    /// <returns>Null also if there was no answer in time.</returns>
    internal static T? Read<T>(int pid, string subject, Func<int, T?> read)
        where T : class => ReadEach([pid], subject, read).TryGet(0, out var answer) ? answer : null;

    /// <summary>Reads about a path whose file system may not answer.</summary>
    internal static bool TryRead<T>(string path, Func<string, T> read, out T answer)
    {
        var batch = new ReadBatch<T>([0], path, _ => read(path)) { IsAboutPath = true };
        Run(batch, StallBudget);
        return batch.TryGet(0, out answer);
    }

    /// <summary>Reads about many processes, with one budget for all.</summary>
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

            // The read that blocks may only be slow: it keeps its time, and the others do not wait for it.
            if (!hasReader || !batch.IsAllBegun)
            {
                hasReader |= ReaderPool.TryRun(batch);
            }
        }

        batch.GiveUp();
    }
}
