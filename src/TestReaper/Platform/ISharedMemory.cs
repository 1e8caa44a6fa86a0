namespace TestReaper.Platform;

/// <summary>Shared memory that has a name or an id, and so outlives the processes that used it.</summary>
internal interface ISharedMemory
{
    /// <summary>All objects that exist now, without their details.</summary>
    IReadOnlyList<SharedMemoryKey> List();

    /// <summary>What is known of one object; null if it is gone.</summary>
    SharedMemoryObject? Describe(SharedMemoryKey key);

    /// <summary>
    /// Finds which of some objects a process maps or has open; null if that cannot be read. A process that does not exist uses nothing.
    /// </summary>
    IReadOnlyList<SharedMemoryKey>? FindUsed(int pid, IReadOnlyCollection<SharedMemoryKey> wanted);

    /// <summary>The objects of this user whose creator the kernel records, and that no process of any user has attached.</summary>
    IReadOnlyList<SharedMemoryObject> ListUnattached();

    /// <summary>
    /// Calls back when an object appears, if the system reports that, until this process exits. The callback runs on another thread and
    /// must return soon.
    /// </summary>
    void OnAppeared(Action appeared);

    /// <summary>Removes an object unless a process of any user or namespace maps it or has it open.</summary>
    SharedMemoryRemoval Remove(SharedMemoryObject item);
}

internal enum SharedMemoryKind
{
    /// <summary>A POSIX segment or semaphore, or a message queue: a file of a memory file system.</summary>
    Posix,

    /// <summary>A System V segment.</summary>
    SystemV,
}

/// <param name="Kind">What it is.</param>
/// <param name="Name">The path; empty for a System V segment.</param>
/// <param name="Id">The inode, or the id of the segment.</param>
internal readonly record struct SharedMemoryKey(SharedMemoryKind Kind, string Name, ulong Id)
{
    /// <summary>Identifies the object. A file may have several names: sem_open(3) creates it under a temporary one.</summary>
    public (SharedMemoryKind Kind, ulong Id) Identity => (Kind, Id);

    /// <summary>The name for messages, without control characters: another process chose it.</summary>
    public override string ToString() => Kind == SharedMemoryKind.SystemV
        ? $"System V segment {Id}"
        : string.Concat(Name.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));
}

/// <param name="Key">Which one it is.</param>
/// <param name="Size">In bytes.</param>
/// <param name="UserId">Its owner.</param>
/// <param name="Born">When it was created; null if the file system does not record it.</param>
/// <param name="Creator">The pid of its creator, if the kernel or the name shows it. It may belong to another process now.</param>
internal sealed record SharedMemoryObject(SharedMemoryKey Key, long Size, uint UserId, DateTimeOffset? Born, int? Creator)
{
    /// <summary>Whether this is the same object: inodes and ids are reused.</summary>
    public bool IsSameAs(SharedMemoryObject other) => Key.Identity == other.Key.Identity && Key.Kind switch
    {
        SharedMemoryKind.Posix => Born == other.Born,
        _ => Creator == other.Creator,
    };
}

internal enum SharedMemoryOutcome
{
    Removed,

    /// <summary>It does not exist, or its name belongs to another object.</summary>
    Gone,

    /// <summary>A process maps it or has it open.</summary>
    InUse,

    /// <summary>It was not removed for another reason.</summary>
    Refused,
}

/// <param name="Outcome">What happened to it.</param>
/// <param name="Reason">Why it was refused.</param>
internal readonly record struct SharedMemoryRemoval(SharedMemoryOutcome Outcome, string? Reason = null)
{
    /// <summary>
    /// How long a use may last that does not count: a child that a process forks has its files until the exec, and other test hosts open
    /// an object to see who uses it.
    /// </summary>
    public static readonly TimeSpan MomentaryUse = TimeSpan.FromMilliseconds(250);
}
