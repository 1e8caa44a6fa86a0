namespace TestReaper.Platform;

/// <summary>Shared memory that has a name or a number of its own, and so stays when the processes that used it are gone.</summary>
internal interface ISharedMemory
{
    /// <summary>All objects that exist now, without their details.</summary>
    IReadOnlyList<SharedMemoryKey> List();

    /// <summary>What is known of one object; null if it is gone.</summary>
    SharedMemoryObject? Describe(SharedMemoryKey key);

    /// <summary>Finds which of some objects a process maps or has open.</summary>
    /// <param name="pid">The process. One that does not exist uses nothing.</param>
    /// <param name="wanted">The objects.</param>
    /// <returns>What it uses; null if that cannot be read.</returns>
    IReadOnlyList<SharedMemoryKey>? FindUsed(int pid, IReadOnlyCollection<SharedMemoryKey> wanted);

    /// <summary>Calls back whenever an object appears, as far as the system reports that, for as long as this process lives.</summary>
    /// <param name="appeared">Runs on another thread, which it must not keep for long.</param>
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
    /// <summary>One file may have several names: sem_open(3) makes it under a temporary one.</summary>
    public (SharedMemoryKind Kind, ulong Id) Identity => (Kind, Id);

    /// <summary>For messages, without control characters: another process chose the name.</summary>
    public override string ToString() => Kind == SharedMemoryKind.SystemV
        ? $"System V segment {Id}"
        : string.Concat(Name.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter));
}

/// <param name="Key">Which one it is.</param>
/// <param name="Size">In bytes.</param>
/// <param name="UserId">Its owner.</param>
/// <param name="Born">When it was made; null where the file system does not keep that.</param>
/// <param name="Creator">The pid of its maker, where the kernel or the name says so. It may belong to another process now.</param>
internal sealed record SharedMemoryObject(SharedMemoryKey Key, long Size, uint UserId, DateTimeOffset? Born, int? Creator)
{
    /// <summary>Inodes and ids are used again.</summary>
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

    /// <summary>Some process maps it or has it open.</summary>
    InUse,

    /// <summary>It was left alone for another reason.</summary>
    Refused,
}

/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">Why it was refused.</param>
internal readonly record struct SharedMemoryRemoval(SharedMemoryOutcome Outcome, string? Reason = null);
