using TestReaper.CrashRecovery;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Processes;

/// <summary>The shared memory of the tree. What exists when the tracking begins is not the tree's.</summary>
internal sealed partial class TreeTracker
{
    private static readonly TimeSpan MemorySampleBudget = TimeSpan.FromMilliseconds(100), MemoryScanBudget = TimeSpan.FromMilliseconds(500);
    private readonly SharedMemoryTracker _memory;

    /// <summary>Gets each object as it is found to be the tree's. Set before the first observation.</summary>
    public Action<FoundMemory>? MemoryFound
    {
        get => _memory.Found;
        set => _memory.Found = value;
    }

    /// <summary>
    /// Finds out which shared memory belongs to the members that the last observation found. To be called after it, without a lock:
    /// the memory maps of a stuck process are read for as long as the budget allows.
    /// </summary>
    /// <param name="isThorough">Whether to search again for users of objects that had none a short while ago.</param>
    /// <returns>Whether something was found.</returns>
    public bool ScanMemory(bool isThorough = false) =>
        _memory.Scan(() => Members, isThorough ? MemoryScanBudget : MemorySampleBudget, isThorough);

    /// <summary>How many objects were found to be the tree's until now.</summary>
    public int FoundMemoryCount => _memory.FoundCount;

    /// <summary>The shared memory of the tree that still exists.</summary>
    public IReadOnlyList<FoundMemory> LeftMemory() => _memory.Leftovers();
}
