using System.Collections.Concurrent;
using TestReaper.Platform;
using MemoryId = (TestReaper.Platform.SharedMemoryKind Kind, ulong Id);

namespace TestReaper.Processes.SharedMemory;

// Constraint: shared memory outlives its processes (https://man7.org/linux/man-pages/man7/shm_overview.7.html), and after the reap it is
// too late to ask which objects were the tree's. The kernel records no creator of a file in /dev/shm, only its user and birth time.
// System V segments record the creator's pid, which may belong to another process by now. PyTorch writes a pid into the name.
//
// Scheme: objects that exist when tracking begins are not the tree's. Each later scan lists the objects, by inode or id, and examines the
// new ones: an object is the tree's once a member maps it or has it open, or once it names a pid as its creator that a member had at the
// time when the object was created (MemberHistory). Listing is cheap; the memory maps of members are read only while there are objects
// that are not yet decided. For an object that no member uses the pause between two searches doubles, from 20 ms to 30 s. The last scan
// of a reap is thorough and ignores the pauses. MemoryAlarm asks for a scan as soon as an object appears.
//
// Invariants:
// - An object that existed before the launch is never the tree's. With a root that is older than the tracking (Record), an older object
//   counts only if it is younger than that root, and it is reported as uncertain unless that is beyond doubt.
// - An object is compared by identity and birth time (IsSameAs) before it is reported: inodes and ids are reused.
// - An unrelated process may create a POSIX object after the launch that the tree maps. It counts as the tree's; the removal leaves it
//   alone while any process has it open. A System V segment whose creator is seen alive and is not a member is not the tree's.
// - A System V segment of a creator that lived too briefly to become a known member is only reported (FindUnidentified): another program
//   may have created it.
// - Scans never wait for each other, except a thorough one. The time for reading members is bounded by the budget.

/// <summary>Knows which shared memory a tree created.</summary>
internal sealed partial class SharedMemoryTracker(IProcessPlatform platform)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromSeconds(30);
    private readonly object _gate = new();
    private readonly ISharedMemory? _memory = platform.SharedMemory;
    private readonly HashSet<MemoryId> _existedBefore = [.. (platform.SharedMemory?.List() ?? []).Select(static key => key.Identity)];
    private readonly HashSet<MemoryId> _unrelated = [];
    private readonly Dictionary<MemoryId, Candidate> _candidates = [];
    private readonly Dictionary<MemoryId, FoundMemory> _found = [];
    private readonly MemberHistory _members = new(platform);
    private readonly ConcurrentQueue<StartMoment> _olderRoots = [];
    private StartMoment? _oldestRoot;

    /// <summary>Called with each object that is found to be the tree's. Set it before the first scan.</summary>
    public Action<FoundMemory>? Found { get; set; }

    /// <summary>How many objects were found to be the tree's. May be read while another thread scans.</summary>
    public int FoundCount { get; private set; }

    /// <summary>Adds a root that is older than the tracking: an object that is younger than the root may be the tree's.</summary>
    public void AddOlderRoot(ProcessIdentity root)
    {
        // Does not wait for a scan that is under way: the caller holds the lock of the tree, which a scan takes.
        _olderRoots.Enqueue(StartMoment.From(root, platform));
    }

    /// <summary>Scans once. While another thread scans, this returns at once, unless it is thorough.</summary>
    /// <param name="findMembers">Returns the members of the tree.</param>
    /// <param name="budget">When to stop reading members.</param>
    /// <param name="isThorough">Whether to search again for users of objects that had none a short while ago.</param>
    public void Scan(Func<IReadOnlyList<TreeMember>> findMembers, TimeSpan budget, bool isThorough = false)
    {
        if (_memory is null || !Monitor.TryEnter(_gate, isThorough ? budget : TimeSpan.Zero))
        {
            return;
        }

        try
        {
            var start = Stopwatch.GetTimestamp();
            AddOlderRoots();
            var members = findMembers();
            _members.Record(members);
            if (FindDue(_memory, start, isThorough) is { Count: > 0 } due)
            {
                AddUsed(_memory, due, members, start, budget);
            }
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    /// <summary>The objects that the tree created and that still exist, under each of their names.</summary>
    public IReadOnlyList<FoundMemory> FindLeftovers()
    {
        lock (_gate)
        {
            var left = new List<FoundMemory>();
            foreach (var key in _found.Count == 0 || _memory is null ? [] : _memory.List())
            {
                if (_found.TryGetValue(key.Identity, out var found) && _memory!.Describe(key) is { } now && now.IsSameAs(found.Item))
                {
                    left.Add(found with { Item = now });
                }
            }

            return left;
        }
    }

    private void AddOlderRoots()
    {
        while (_olderRoots.TryDequeue(out var start))
        {
            _oldestRoot = _oldestRoot is { } known && known.Earliest <= start.Earliest ? known : start;
            _unrelated.Clear();
        }
    }

    private Dictionary<MemoryId, Candidate> FindDue(ISharedMemory memory, long now, bool isThorough)
    {
        var due = new Dictionary<MemoryId, Candidate>();
        foreach (var key in memory.List())
        {
            if (_found.ContainsKey(key.Identity) || _unrelated.Contains(key.Identity) || GetCandidate(memory, key) is not { } candidate)
            {
                continue;
            }

            if (_members.CreatorOf(candidate.Item) is { } creator)
            {
                Add(candidate, creator);
            }
            else if (isThorough || now >= candidate.NextSearch)
            {
                due[key.Identity] = candidate;
            }
        }

        return due;
    }

    private Candidate? GetCandidate(ISharedMemory memory, SharedMemoryKey key)
    {
        if (_candidates.TryGetValue(key.Identity, out var known))
        {
            return known;
        }

        if (memory.Describe(key) is not { } item)
        {
            return null;
        }

        var isCertain = true;
        if (_existedBefore.Contains(key.Identity) && !MayBeOfOlderRoot(item, out isCertain))
        {
            // A System V segment names its creator, which may become a known member later.
            _ = (_oldestRoot is not null && key.Kind == SharedMemoryKind.SystemV) || _unrelated.Add(key.Identity);
            return null;
        }

        return _candidates[key.Identity] = new Candidate(item, isCertain);
    }

    private bool MayBeOfOlderRoot(SharedMemoryObject item, out bool isCertain)
    {
        if (_oldestRoot is not { } root)
        {
            return isCertain = false;
        }

        isCertain = item.Key.Kind == SharedMemoryKind.SystemV ? _members.CreatorOf(item) is not null : item.Born >= root.Latest;
        return isCertain || (item.Key.Kind == SharedMemoryKind.Posix && item.Born >= root.Earliest);
    }

    private void AddUsed(
        ISharedMemory memory, Dictionary<MemoryId, Candidate> wanted, IReadOnlyList<TreeMember> members, long start, TimeSpan budget)
    {
        // The oldest first: an object that children map as well was usually created by their parent.
        var living = members.Where(member => !member.IsGone);
        foreach (var member in living.OrderBy(member => member.Identity.StartTime).ThenBy(member => member.Identity.Pid))
        {
            if (wanted.Count == 0 || Stopwatch.GetElapsedTime(start) >= budget)
            {
                break;
            }

            foreach (var key in memory.FindUsed(member.Identity.Pid, [.. wanted.Values.Select(candidate => candidate.Item.Key)]) ?? [])
            {
                if (wanted.Remove(key.Identity, out var candidate) && candidate.Postpone() && !IsOfNeighbour(candidate))
                {
                    Add(candidate, candidate.Item.Creator ?? member.Identity.Pid);
                }
            }
        }

        foreach (var candidate in wanted.Values)
        {
            candidate.Postpone();
        }
    }

    private void Add(Candidate candidate, int creator)
    {
        _candidates.Remove(candidate.Item.Key.Identity);
        var found = new FoundMemory(candidate.Item, creator, _members.NameOf(creator), candidate.IsCertain);
        _found[candidate.Item.Key.Identity] = found;
        FoundCount = _found.Count;
        Found?.Invoke(found);
    }

    private sealed record Candidate(SharedMemoryObject Item, bool IsCertain)
    {
        private TimeSpan _pause;

        public long NextSearch { get; private set; }

        // How often its creator was seen alive and was not a member. The first time may be a child that the next scan makes a member.
        public int Sightings { get; set; }

        public bool Postpone()
        {
            var next = _pause == TimeSpan.Zero ? FirstPause : _pause * 2;
            _pause = next < LongestPause ? next : LongestPause;
            NextSearch = Stopwatch.GetTimestamp() + (long)(_pause.TotalSeconds * Stopwatch.Frequency);
            return true;
        }
    }
}
