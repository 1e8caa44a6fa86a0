using System.Runtime.CompilerServices;
using TestReaper.Platform;

namespace TestReaper.Processes.Exits;

// Constraint: the exit of a server must be known when it happens: a test that sends requests to a dead server runs into its timeouts,
// and its log should have the moment. waitid(2) would need a thread for each server and reaches children only. The workers of a server
// are not children, and the status of a worker is lost soon after its exit, because its parent collects it.
//
// Scheme: one background thread waits for all servers of this host and their known members, by one epoll over their pidfds (ExitQueue;
// https://man7.org/linux/man-pages/man2/pidfd_open.2.html). A process without a pidfd is polled every 50 ms.
//
// Invariants:
// - Without a process to watch, and with pidfds, the thread sleeps until an exit.
// - A callback says whether it has noted the exit. If not, it is repeated every 50 ms: waitid(2) shows a zombie that a debugger traces
//   only to the debugger, while its pidfd is readable already. A callback that fails is not repeated.
// - Callbacks run on the thread, in the order of the exits, while no lock is held. They must not block, because they delay all
//   other reports.
// - After Dispose of a watch no callback begins. One that is under way may still run.
// - _gate is never held while a callback runs, so Add may be called under the lock of a tree.
// - Without a thread (RLIMIT_NPROC) no exit is reported. Each user of this class also checks at the moments that matter to it.

/// <summary>Reports the exits of processes of all trees of this host, as they happen.</summary>
internal sealed class HostExits(IProcessPlatform platform)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);
    private static readonly ConditionalWeakTable<IProcessPlatform, HostExits> Instances = [];
    private readonly object _gate = new();
    private readonly ExitQueue _queue = platform.Control.CreateExitQueue();
    private readonly Dictionary<int, Watch> _watches = [];
    private readonly HashSet<Watch> _polled = [];
    private int _lastKey;
    private bool _hasThread;

    public static HostExits For(IProcessPlatform platform) => Instances.GetValue(platform, static platform => new HostExits(platform));

    /// <summary>Watches a process. The caller makes sure that the handle is not disposed during the call.</summary>
    /// <returns>Ends the watch when disposed.</returns>
    public IDisposable Add(ProcessHandle handle, Func<bool> onExit)
    {
        lock (_gate)
        {
            // The next start tries again to create the thread.
            _hasThread = _hasThread || BackgroundThread.TryStart("TestReaper exits", Run) is not null;
            _lastKey = _lastKey == int.MaxValue ? 0 : _lastKey + 1;
            var watch = new Watch(this, _lastKey, handle, onExit);
            _watches[watch.Key] = watch;
            if (!_queue.TryAdd(handle, watch.Key))
            {
                _polled.Add(watch);
                _queue.Wake();
            }

            return watch;
        }
    }

    private void Run()
    {
        while (true)
        {
            try
            {
                foreach (var watch in Wait())
                {
                    Report(watch);
                }
            }
            catch (Exception)
            {
                // Out of memory for a moment. An exception on this thread would end the test host.
                ThreadPause.For(PollInterval);
            }
        }
    }

    private void Report(Watch watch)
    {
        try
        {
            if (watch.OnExit())
            {
                return;
            }
        }
        catch (Exception)
        {
            // The users of this class check again.
            return;
        }

        lock (_gate)
        {
            if (!watch.IsDisposed)
            {
                _watches[watch.Key] = watch;
                _polled.Add(watch);
            }
        }
    }

    private List<Watch> Wait()
    {
        Watch[] polled;
        lock (_gate)
        {
            polled = [.. _polled];
        }

        var keys = _queue.Wait(polled.Length > 0 ? PollInterval : Timeout.InfiniteTimeSpan);
        int[] gone = [.. polled.Where(static watch => watch.Handle.IsGone()).Select(static watch => watch.Key)];
        lock (_gate)
        {
            return [.. keys.Concat(gone).Select(Take).OfType<Watch>()];
        }
    }

    private Watch? Take(int key)
    {
        if (_watches.Remove(key, out var watch))
        {
            _polled.Remove(watch);
        }

        return watch;
    }

    private sealed class Watch(HostExits exits, int key, ProcessHandle handle, Func<bool> onExit) : IDisposable
    {
        public bool IsDisposed { get; private set; }

        public int Key => key;

        public ProcessHandle Handle => handle;

        public Func<bool> OnExit => onExit;

        public void Dispose()
        {
            lock (exits._gate)
            {
                IsDisposed = true;
                exits.Take(key);
            }
        }
    }
}
