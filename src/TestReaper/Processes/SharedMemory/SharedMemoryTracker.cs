using System.Collections.Concurrent;
using System.Diagnostics;
using TestReaper.CrashRecovery;
using TestReaper.Platform;

namespace TestReaper.Processes.SharedMemory;

/// <summary>
/// Knows which shared memory a tree has made. What exists when this is made is not the tree's. What appears later is, once a
/// member of the tree is seen to map it or to have it open, or is named as its creator by the kernel or by the object's name.
/// </summary>
/// <remarks>
/// Each scan lists the objects; the memory maps of the members are read only for those that are new and not known to be the
/// tree's, and ever less often for those that no member uses. An object that a process outside the tree has made after the
/// launch, and that the tree maps, counts as the tree's: it is not removed while any process has it open.
/// </remarks>
internal sealed class SharedMemoryTracker
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromSeconds(30);
    private readonly object _gate = new();
    private readonly IProcessPlatform _platform;
    private readonly ISharedMemory? _memory;
    private readonly HashSet<(SharedMemoryKind Kind, ulong Id)> _existedBefore = [];
    private readonly HashSet<(SharedMemoryKind Kind, ulong Id)> _foreign = [];
    private readonly Dictionary<(SharedMemoryKind Kind, ulong Id), Candidate> _candidates = [];
    private readonly Dictionary<(SharedMemoryKind Kind, ulong Id), FoundMemory> _found = [];
    private readonly MemberHistory _members;
    private readonly ConcurrentQueue<StartMoment> _olderRoots = [];
    private StartMoment? _oldestRoot;

    public SharedMemoryTracker(IProcessPlatform platform)
    {
        _platform = platform;
        _memory = platform.SharedMemory;
        _members = new MemberHistory(platform);
        foreach (var key in _memory?.List() ?? [])
        {
            _existedBefore.Add(key.Identity);
        }
    }

    /// <summary>Gets each object as it is found to be the tree's.</summary>
    public Action<FoundMemory>? Found { get; set; }

    /// <summary>How many objects were found to be the tree's. May be read while another thread scans.</summary>
    public int FoundCount { get; private set; }

    /// <summary>A root that may be older than this: what is younger than the root may be its own, although it existed before.</summary>
    public void AddOlderRoot(ProcessIdentity root)
    {
        // Does not wait for a scan that is under way: the caller holds the lock of the tree, which a scan takes.
        _olderRoots.Enqueue(StartMoment.From(root, _platform));
    }

    /// <summary>Scans once. While another thread scans, this returns at once, unless it is thorough.</summary>
    /// <param name="findMembers">Returns the members of the tree.</param>
    /// <param name="budget">When to stop reading members.</param>
    /// <param name="isThorough">Whether to search again for users of objects that had none a short while ago.</param>
    /// <returns>Whether something was found.</returns>
    public bool Scan(Func<IReadOnlyList<TreeMember>> findMembers, TimeSpan budget, bool isThorough = false)
    {
        if (_memory is null || !Monitor.TryEnter(_gate, isThorough ? budget : TimeSpan.Zero))
        {
            return false;
        }

        try
        {
            var before = _found.Count;
            var start = Stopwatch.GetTimestamp();
            TakeOlderRoots();
            var members = findMembers();
            _members.Record(members);
            if (FindDue(_memory, start, isThorough) is { Count: > 0 } due)
            {
                TakeUsed(_memory, due, members, start, budget);
            }

            return _found.Count > before;
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    /// <summary>What the tree has made and what still exists, under each of its names.</summary>
    public IReadOnlyList<FoundMemory> Leftovers()
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

    private void TakeOlderRoots()
    {
        while (_olderRoots.TryDequeue(out var start))
        {
            _oldestRoot = _oldestRoot is { } known && known.Earliest <= start.Earliest ? known : start;
            _foreign.Clear();
        }
    }

    private Dictionary<(SharedMemoryKind Kind, ulong Id), Candidate> FindDue(ISharedMemory memory, long now, bool isThorough)
    {
        var due = new Dictionary<(SharedMemoryKind Kind, ulong Id), Candidate>();
        foreach (var key in memory.List())
        {
            if (_found.ContainsKey(key.Identity) || _foreign.Contains(key.Identity) || Candidates(memory, key) is not { } candidate)
            {
                continue;
            }

            if (_members.CreatorOf(candidate.Item) is { } creator)
            {
                Take(candidate, creator);
            }
            else if (isThorough || now >= candidate.NextLook)
            {
                due[key.Identity] = candidate;
            }
        }

        return due;
    }

    private Candidate? Candidates(ISharedMemory memory, SharedMemoryKey key)
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
            // A System V segment names its creator, which may become known as a member only later.
            _ = _oldestRoot is not null && key.Kind == SharedMemoryKind.SystemV || _foreign.Add(key.Identity);
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

    private void TakeUsed(
        ISharedMemory memory,
        Dictionary<(SharedMemoryKind Kind, ulong Id), Candidate> wanted,
        IReadOnlyList<TreeMember> members,
        long start,
        TimeSpan budget)
    {
        // The oldest first: what children map, too, was made by their parent as a rule.
        var living = members.Where(member => !member.IsGone);
        foreach (var member in living.OrderBy(member => member.Identity.StartTime).ThenBy(member => member.Identity.Pid))
        {
            if (wanted.Count == 0 || Stopwatch.GetElapsedTime(start) >= budget)
            {
                break;
            }

            foreach (var key in memory.FindUsed(member.Identity.Pid, [.. wanted.Values.Select(candidate => candidate.Item.Key)]) ?? [])
            {
                if (wanted.Remove(key.Identity, out var candidate))
                {
                    Take(candidate, candidate.Item.Creator ?? member.Identity.Pid);
                }
            }
        }

        foreach (var candidate in wanted.Values)
        {
            var next = candidate.Pause == TimeSpan.Zero ? FirstPause : candidate.Pause * 2;
            candidate.Pause = next < LongestPause ? next : LongestPause;
            candidate.NextLook = Stopwatch.GetTimestamp() + (long)(candidate.Pause.TotalSeconds * Stopwatch.Frequency);
        }
    }

    private void Take(Candidate candidate, int creator)
    {
        _candidates.Remove(candidate.Item.Key.Identity);
        var found = new FoundMemory(candidate.Item, creator, _members.NameOf(creator), candidate.IsCertain);
        _found[candidate.Item.Key.Identity] = found;
        FoundCount = _found.Count;
        Found?.Invoke(found);
    }

    private sealed class Candidate(SharedMemoryObject item, bool isCertain)
    {
        public SharedMemoryObject Item { get; } = item;

        public bool IsCertain { get; } = isCertain;

        public long NextLook { get; set; }

        public TimeSpan Pause { get; set; }
    }
}
