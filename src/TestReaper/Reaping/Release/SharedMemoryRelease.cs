using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Reaping.Release;

/// <summary>
/// Shared memory that the tree has made and left behind is removed, which the tree itself cannot do any more; never while a
/// process has it open, and never when it may be older than the tree.
/// </summary>
internal sealed class SharedMemoryRelease(FoundMemory found, bool remove, IProcessPlatform platform) : IReleaseCheck
{
    // The kernel may still be closing what the dead had open; what is in use for longer is used by a process that lives.
    private static readonly TimeSpan KernelPatience = TimeSpan.FromSeconds(1), SearchBudget = TimeSpan.FromSeconds(1);
    private readonly ISharedMemory _memory = platform.SharedMemory!;
    private long? _firstInUse;

    public ReleaseResource Resource => ReleaseResource.SharedMemory;

    public string Name { get; } = found.ToString();

    public ReleaseState Look()
    {
        if (!found.IsCertain)
        {
            return new ReleaseState(ReleaseVerdict.NotVerified, "it was left alone, since it may be older than the tree");
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
        if (FindUser() is { } user)
        {
            return new ReleaseState(ReleaseVerdict.Released, $"not removed, process {user} ({platform.ProcessName(user)}) outside the tree uses it");
        }

        _firstInUse ??= Stopwatch.GetTimestamp();
        return Stopwatch.GetElapsedTime(_firstInUse.Value) < KernelPatience
            ? new ReleaseState(ReleaseVerdict.Held, "in use by a process that cannot be seen from here")
            : new ReleaseState(ReleaseVerdict.NotVerified, "it was left alone, since a process that cannot be seen from here uses it");
    }

    private int? FindUser()
    {
        var snapshot = new Processes.ProcessSnapshot();
        platform.Capture(snapshot);
        var start = Stopwatch.GetTimestamp();
        foreach (var entry in snapshot.Entries.Where(entry => !entry.IsGone))
        {
            if (Stopwatch.GetElapsedTime(start) >= SearchBudget)
            {
                break;
            }

            if (_memory.FindUsed(entry.Pid, [found.Item.Key]) is { Count: > 0 })
            {
                return entry.Pid;
            }
        }

        return null;
    }
}
