using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Reaping.Release;

/// <summary>Removes shared memory that the tree left behind, unless a process has it open or it may not be the tree's.</summary>
internal sealed class SharedMemoryRelease(FoundMemory found, bool remove, IProcessPlatform platform) : IReleaseCheck
{
    // The kernel may still be closing the files of dead processes. An object that is in use for longer has a living user.
    private static readonly TimeSpan KernelPatience = TimeSpan.FromSeconds(1), SearchBudget = TimeSpan.FromSeconds(1);
    private readonly ISharedMemory _memory = platform.SharedMemory!;
    private readonly HashSet<ProcessIdentity> _searched = [];
    private long? _firstInUse;
    private (ProcessIdentity Process, long Since)? _user;

    public ReleaseResource Resource => ReleaseResource.SharedMemory;

    public string Name { get; } = found.ToString();

    public ReleaseState Check()
    {
        if (!found.IsCertain)
        {
            return new ReleaseState(ReleaseVerdict.NotVerified, $"it was left alone, since {found.Doubt}");
        }

        if (!remove)
        {
            return _memory.Describe(found.Item.Key) is { } now && now.IsSameAs(found.Item)
                ? new ReleaseState(ReleaseVerdict.Held, "left behind, ReapOptions.RemoveSharedMemory is off") { IsFinal = true }
                : ReleaseState.Released;
        }

        return _memory.Remove(found.Item) switch
        {
            { Outcome: SharedMemoryOutcome.Removed } => new ReleaseState(ReleaseVerdict.Released, "removed"),
            { Outcome: SharedMemoryOutcome.Gone } => ReleaseState.Released,
            { Outcome: SharedMemoryOutcome.InUse } => DescribeUse(),
            { Reason: var reason } => new ReleaseState(ReleaseVerdict.NotVerified, $"it was left alone: {reason}"),
        };
    }

    private ReleaseState DescribeUse()
    {
        _firstInUse ??= Stopwatch.GetTimestamp();
        var (user, isDone) = FindUser();
        if (user is { Pid: var pid } identity)
        {
            _user = _user is { } seen && seen.Process == identity ? seen : (identity, Stopwatch.GetTimestamp());
            return new ReleaseState(
                ReleaseVerdict.Released, $"not removed, process {pid} ({platform.Processes.ShortName(pid)}) outside the tree uses it")
            {
                IsFinal = Stopwatch.GetElapsedTime(_user.Value.Since) >= SharedMemoryRemoval.MomentaryUse,
            };
        }

        return !isDone || Stopwatch.GetElapsedTime(_firstInUse.Value) < KernelPatience
            ? new ReleaseState(ReleaseVerdict.Held, "in use by a process that was not found yet")
            : new ReleaseState(ReleaseVerdict.NotVerified, "it was left alone, since a process that is not visible from this one uses it");
    }

    /// <summary>Searches all processes, for up to a second per call: a busy machine has thousands.</summary>
    private (ProcessIdentity? User, bool IsDone) FindUser()
    {
        var snapshot = new ProcessSnapshot();
        platform.Processes.Capture(snapshot);
        var start = Stopwatch.GetTimestamp();
        foreach (var entry in snapshot.Entries.Where(entry => !entry.IsGone && !_searched.Contains(entry.Identity)))
        {
            if (Stopwatch.GetElapsedTime(start) >= SearchBudget)
            {
                return (null, false);
            }

            if (_memory.FindUsed(entry.Pid, [found.Item.Key]) is { Count: > 0 })
            {
                return (entry.Identity, true);
            }

            _searched.Add(entry.Identity);
        }

        // The next call starts over: a process may have opened it meanwhile.
        _searched.Clear();
        return (null, true);
    }
}
