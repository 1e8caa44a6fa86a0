using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace TestReaper.TestHost;

/// <summary>Reaps in a host that is short of something: descriptors, pool threads, or more than one thread for its tasks.</summary>
internal static partial class HardReap
{
    /// <summary>Longer than any bound that is asked for: a hang is a failed step, not a hung test.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(25);

    /// <summary>Disposes the server in a process that has no file descriptor left.</summary>
    public static async Task<TimeSpan> WithoutDescriptorsAsync(ServerProcess server)
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

    /// <summary>Waits for a disposal while work items that block occupy the thread pool.</summary>
    public static TimeSpan WithBlockedPool(ServerProcess server, int items)
    {
        // Not disposed: an item may begin to wait after the end.
        var end = new ManualResetEventSlim();
        for (var i = 0; i < items; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => end.Wait(), null);
        }

        try
        {
            return OnThread(() => server.DisposeAsync().AsTask().GetAwaiter().GetResult());
        }
        finally
        {
            end.Set();
        }
    }

    /// <summary>Waits on the one thread of a synchronization context, as UI test runners and xUnit with one parallel test do.</summary>
    public static TimeSpan OnOneThreadedContext(Func<Task> work) => OnThread(() =>
    {
        SynchronizationContext.SetSynchronizationContext(new OneThreadedContext());
        work().GetAwaiter().GetResult();
    });

    private static TimeSpan OnThread(Action work)
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
        if (!done.Task.Wait(Hang))
        {
            throw new TimeoutException($"Not done after {Hang.TotalSeconds} s.");
        }

        return Stopwatch.GetElapsedTime(start);
    }

    [LibraryImport("libc")]
    private static partial int dup(int fd);

    [LibraryImport("libc")]
    private static partial int close(int fd);

    /// <summary>Takes what is posted to it, and runs it when its thread is free: never, while that waits.</summary>
    private sealed class OneThreadedContext : SynchronizationContext
    {
        private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posted = new();

        public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));
    }
}
