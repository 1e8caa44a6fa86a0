using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TestReaper.TestHost;

/// <summary>Reaps in a host without free file descriptors, without free pool threads, or with a single thread for its tasks.</summary>
internal static partial class ResourceShortage
{
    /// <summary>Longer than any bound a test checks, so that a hang fails the step and does not hang the test.</summary>
    private static readonly TimeSpan HangTimeout = TimeSpan.FromSeconds(25);

    /// <summary>Disposes the server in a process that has no free file descriptor.</summary>
    public static async Task<TimeSpan> ReapWithoutDescriptorsAsync(ServerProcess server)
    {
        var taken = new List<int>();
        for (int fd; (fd = dup(0)) >= 0;)
        {
            taken.Add(fd);
        }

        var start = Stopwatch.GetTimestamp();
        try
        {
            await server.DisposeAsync();
            return Stopwatch.GetElapsedTime(start);
        }
        finally
        {
            taken.ForEach(fd => _ = close(fd));
        }
    }

    /// <summary>Disposes the server while blocked work items occupy the thread pool.</summary>
    public static TimeSpan ReapWithBlockedPool(ServerProcess server, int items)
    {
        // Never disposed: a queued item may start to wait after this method returns.
        var end = new ManualResetEventSlim();
        for (var i = 0; i < items; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => end.Wait(), null);
        }

        try
        {
            return MeasureOnThread(() => server.DisposeAsync().AsTask().GetAwaiter().GetResult());
        }
        finally
        {
            end.Set();
        }
    }

    /// <summary>
    /// Blocks the only thread of a synchronization context until the work is done, as UI test runners and xUnit with one parallel test
    /// do.
    /// </summary>
    public static TimeSpan RunOnSingleThreadedContext(Func<Task> work) => MeasureOnThread(() =>
    {
        SynchronizationContext.SetSynchronizationContext(new SingleThreadedContext());
        work().GetAwaiter().GetResult();
    });

    private static TimeSpan MeasureOnThread(Action work)
    {
        var done = new TaskCompletionSource();
        var start = Stopwatch.GetTimestamp();
        var thread = new Thread(() =>
        {
            try
            {
                work();
                done.SetResult();
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        })
        { IsBackground = true };
        thread.Start();
        if (!done.Task.Wait(HangTimeout))
        {
            throw new TimeoutException($"The step has not finished after {HangTimeout.TotalSeconds} s.");
        }

        return Stopwatch.GetElapsedTime(start);
    }

    [LibraryImport("libc")]
    private static partial int dup(int fd);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    /// <summary>Queues what is posted to it. Its thread blocks in the test, so that nothing in the queue ever runs.</summary>
    private sealed class SingleThreadedContext : SynchronizationContext
    {
        private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posted = new();

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));
    }
}
