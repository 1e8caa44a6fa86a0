namespace TestReaper.Platform;

/// <summary>Locks files, checks who can access them, and removes directories.</summary>
internal interface ILocalFiles
{
    /// <summary>The numeric id of this user; null on a system without one.</summary>
    uint? UserId { get; }

    /// <summary>Locks a file exclusively; null if another process holds the lock.</summary>
    IFileLock? TryLock(string path);

    /// <summary>Finds which process holds a lock on a file.</summary>
    LockState ProbeLock(string path);

    /// <summary>Opens a file for reading without taking a lock, as the runtime's own streams would.</summary>
    /// <exception cref="IOException">It cannot be opened, or is a symbolic link.</exception>
    Stream OpenUnlocked(string path);

    /// <summary>Whether a path is a real directory, owned by this user and closed to all others.</summary>
    bool IsPrivateDirectory(string path);

    /// <summary>Whether a path is a regular file, owned by this user and closed to all others.</summary>
    bool IsPrivateFile(string path);

    /// <summary>The first file system that is mounted at the path or below it; null if there is none.</summary>
    string? FindMountBelow(string path);

    /// <summary>Removes a directory whatever is in it, and nothing outside of it: follows no link, enters no other file system.</summary>
    /// <exception cref="IOException">The path still exists.</exception>
    void DeleteTree(string path);
}

/// <summary>An exclusive lock on a file. The system releases it when this process ends, however it ends.</summary>
internal interface IFileLock : IDisposable
{
    /// <summary>Opens the file for appending, for as long as the lock is held.</summary>
    Stream OpenContent();

    /// <summary>
    /// Until the result is disposed, children that are started by <see cref="Process.Start(ProcessStartInfo)"/> inherit the lock. If this
    /// process then dies, the lock ends with the last of them. <see cref="IDisposable.Dispose"/> of the lock ends it for them as well.
    /// </summary>
    /// <returns>Null on a system where a lock cannot be inherited.</returns>
    IDisposable? PassToChildren() => null;
}

/// <summary>Whether a file is locked.</summary>
/// <param name="IsHeld">Null if that is unknown.</param>
/// <param name="Holder">The holder, if known.</param>
/// <param name="Reason">Why it is unknown.</param>
internal readonly record struct LockState(bool? IsHeld, int? Holder = null, string Reason = "");
