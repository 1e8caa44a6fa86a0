using System.Runtime.CompilerServices;
using TestReaper.Platform;

namespace TestReaper.Processes.Sampling;

// Constraint: daemons leave during start-up, and then their parents die. Once the parent is dead, a daemon in a session of its own
// with a cleared environment carries no mark of its tree. Without a cgroup only the memory of an earlier scan, which saw the parent
// alive, leads to it (sgl-project/sglang #31645: schedulers that became children of process 1 during start-up).
//
// Scheme: trees are scanned while they run. One background thread scans 20 ms after a tree or a root was added; each further
// interval is a quarter longer than the last one, up to one second. When shared memory appears, a second thread (MemoryAlarm) makes
// one more scan at once. A reap removes its tree first, and makes its own scans.
//
// Constraint: a scan reads /proc/PID/stat of each process (proc(5), https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html),
// which costs more than what a tree makes of it. Twenty servers beside 3,000 unrelated processes took 8.4 % of a core when each
// tree was scanned separately. So one scan serves all trees, and SharedScan does not read again what cannot belong to any of them.
//
// Invariants:
// - Without trees nothing is read. The threads start with the first tree and live as long as the process.
// - A host that starts nothing more is scanned once a second. New roots restart the short intervals at most once a second: a host
//   that starts short processes all the time is scanned about twelve times a second.
// - One scan runs at a time (_scanGate). The order of the locks is _scanGate, the lock of a tree, _gate.
//   _gate is never held while a process is read or a hook is called, so Add, Hasten and Remove return at once.
// - A regular scan never waits for a tree that another thread scans: it leaves that tree out, and the next scan includes it.
// - After Remove no scan begins to sample the tree. One that is under way holds the lock of the tree for a bounded time.
// - A failed scan ends nothing: the sampler adds to what a reap knows, and no reap depends on it.

/// <summary>Scans the processes of the machine for all trees of this host, at intervals and on request.</summary>
internal sealed class HostSampler(IProcessPlatform platform)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromSeconds(1);

    // No later scan makes up for the one after an event: what caused the event may be gone by then.
    private static readonly TimeSpan PatienceAfterEvent = TimeSpan.FromMilliseconds(200);
    private static readonly ConditionalWeakTable<IProcessPlatform, HostSampler> Samplers = [];
    private readonly object _gate = new();
    private readonly object _scanGate = new();
    private readonly SharedScan _scan = new(platform);
    private readonly List<TreeTracker> _trees = [];
    private TimeSpan _interval = First;
    private long _dueAt;
    private long _restartedAt;
    private bool _hasThread;
    private bool _hasAlarm;

    public static HostSampler For(IProcessPlatform platform) => Samplers.GetValue(platform, static platform => new HostSampler(platform));

    public void Add(TreeTracker tree)
    {
        lock (_gate)
        {
            _trees.Add(tree);
            Restart();

            // Without a thread only the reaps scan the trees; the next start tries again.
            _hasThread = _hasThread || BackgroundThread.TryStart("TestReaper sampler", Run) is not null;
            if (platform.SharedMemory is { } memory && !_hasAlarm)
            {
                _hasAlarm = BackgroundThread.TryStart("TestReaper shared memory", new MemoryAlarm(memory, SampleNow).Run) is not null;
            }
        }
    }

    /// <summary>Scans often again, unless that began less than a second ago: a tree has a new root, which may start daemons now.</summary>
    public void Hasten()
    {
        lock (_gate)
        {
            if (Environment.TickCount64 - _restartedAt >= (long)Longest.TotalMilliseconds)
            {
                Restart();
            }
        }
    }

    public void Remove(TreeTracker tree)
    {
        lock (_gate)
        {
            _trees.Remove(tree);
        }
    }

    /// <summary>Scans once, as soon as the scan that is under way has ended.</summary>
    /// <returns>Whether shared memory of a tree was found.</returns>
    private bool SampleNow()
    {
        TreeTracker[] trees;
        lock (_gate)
        {
            trees = [.. _trees];
        }

        var before = trees.Sum(static tree => tree.Memory.FoundCount);
        TryScan(trees, PatienceAfterEvent);
        return trees.Sum(static tree => tree.Memory.FoundCount) > before;
    }

    private void Restart()
    {
        _restartedAt = Environment.TickCount64;
        _interval = First;
        _dueAt = Math.Min(_dueAt, _restartedAt + (long)First.TotalMilliseconds);
        Monitor.Pulse(_gate);
    }

    private void Run()
    {
        while (true)
        {
            TryScan(WaitUntilDue(), TimeSpan.Zero);
        }
    }

    private TreeTracker[] WaitUntilDue()
    {
        lock (_gate)
        {
            _dueAt = Environment.TickCount64 + (long)_interval.TotalMilliseconds;
            while (_trees.Count == 0 || _dueAt > Environment.TickCount64)
            {
                // A start ends the wait: it has set an earlier time.
                _ = _trees.Count == 0 ? Monitor.Wait(_gate) : Monitor.Wait(_gate, (int)Math.Max(_dueAt - Environment.TickCount64, 1));
            }

            _interval = _interval * 1.25 < Longest ? _interval * 1.25 : Longest;
            return [.. _trees];
        }
    }

    private void TryScan(TreeTracker[] trees, TimeSpan patience)
    {
        if (trees.Length == 0)
        {
            return;
        }

        lock (_scanGate)
        {
            try
            {
                _scan.Run(trees, IsAdded, patience);
            }
            catch (Exception)
            {
                // Out of descriptors or memory for a moment: the next scan may succeed, and the reap does its own.
            }
        }
    }

    private bool IsAdded(TreeTracker tree)
    {
        lock (_gate)
        {
            return _trees.Contains(tree);
        }
    }
}
