using System.Runtime.CompilerServices;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Servers;

/// <summary>
/// One thread that scans all processes of the machine for all servers of this host: the scan costs more than what the trees make
/// of it. The interval begins with 20 ms after each start and grows to a second.
/// </summary>
internal sealed class HostSampler(IProcessPlatform platform)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(20), Longest = TimeSpan.FromSeconds(1);
    private static readonly ConditionalWeakTable<IProcessPlatform, HostSampler> Samplers = [];
    private static readonly ConditionalWeakTable<TreeTracker, HostSampler> Owners = [];
    private readonly object _gate = new();
    private readonly List<TreeTracker> _trees = [];
    private readonly List<TreeTracker> _sampled = [];
    private readonly ProcessSnapshot _snapshot = new();
    private readonly UnrelatedProcessCache _settled = new();
    private readonly HashSet<int> _sessions = [];
    private readonly Dictionary<TreeTracker, int> _seen = [];
    private Func<ProcessEntry, bool>? _isSettled;
    private ulong _youngestSettled;
    private TimeSpan _interval = First;
    private ulong _settledBefore = ulong.MaxValue;
    private long _dueAt;
    private bool _hasThread;

    /// <summary>How many scans there were.</summary>
    internal long Looks { get; private set; }

    public static HostSampler Of(IProcessPlatform platform) => Samplers.GetValue(platform, static platform => new HostSampler(platform));

    public static void Remove(TreeTracker tree)
    {
        if (Owners.TryGetValue(tree, out var sampler))
        {
            sampler.Take(tree);
        }
    }

    public void Add(TreeTracker tree)
    {
        lock (_gate)
        {
            Owners.AddOrUpdate(tree, this);
            _trees.Add(tree);
            _interval = First;
            _dueAt = Math.Min(_dueAt, Environment.TickCount64 + (long)First.TotalMilliseconds);
            _hasThread |= TryStart();
            Monitor.Pulse(_gate);
        }
    }

    private void Take(TreeTracker tree)
    {
        lock (_gate)
        {
            _trees.Remove(tree);
        }
    }

    // Without a thread only their reaps scan the trees; the next start tries again.
    private bool TryStart()
    {
        if (_hasThread)
        {
            return true;
        }

        try
        {
            new Thread(Run) { IsBackground = true, Name = "TestReaper sampler" }.Start();
            return true;
        }
        catch (Exception error) when (error is OutOfMemoryException or ThreadStartException)
        {
            return false;
        }
    }

    private void Run()
    {
        while (true)
        {
            Pause();
            try
            {
                Look();
            }
            catch (Exception)
            {
                // Out of descriptors or memory for a moment: the next scan may succeed, and the reap does its own.
            }
        }
    }

    private void Pause()
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
            _sampled.Clear();
            _sampled.AddRange(_trees);
        }
    }

    private void Look()
    {
        var firstStart = ulong.MaxValue;
        foreach (var tree in _sampled)
        {
            firstStart = Math.Min(firstStart, tree.FirstStart);
        }

        // What was settled for the trees until now may belong to a tree that is older, or to one in whose session it is.
        if (firstStart < _settledBefore || MayHoldMember() || _settled.IsAnyOf(_sessions))
        {
            _settled.Clear();
            _youngestSettled = 0;
        }

        _settledBefore = firstStart;
        platform.Processes.Capture(_snapshot, _settled);
        _sessions.Clear();
        var isWhole = true;
        foreach (var tree in _sampled)
        {
            isWhole &= !IsSampled(tree) || tree.Sample(_snapshot, _sessions);
        }

        // The sessions of a tree that was left out are not known.
        if (isWhole)
        {
            _settled.Remember(_snapshot, _isSettled ??= IsSettled);
        }

        Looks++;
    }

    // The strangers of the trees until now may be of a new one, or be a new root, if they are not older than it.
    private bool MayHoldMember()
    {
        var mayHold = false;
        foreach (var tree in _sampled)
        {
            var isKnown = _seen.TryGetValue(tree, out var version) && version == tree.RootsVersion;
            mayHold |= !isKnown && tree.FirstStart <= _youngestSettled;
        }

        _seen.Clear();
        foreach (var tree in _sampled)
        {
            _seen[tree] = tree.RootsVersion;
        }

        return mayHold;
    }

    private bool IsSampled(TreeTracker tree)
    {
        lock (_gate)
        {
            return _trees.Contains(tree);
        }
    }

    private bool IsSettled(ProcessEntry entry)
    {
        var isSettled = !_sessions.Contains(entry.SessionId)
            && (entry.Identity.StartTime < _settledBefore || _sampled.TrueForAll(tree => tree.IsStranger(entry.Identity)));
        if (isSettled)
        {
            _youngestSettled = Math.Max(_youngestSettled, entry.Identity.StartTime);
        }

        return isSettled;
    }
}
