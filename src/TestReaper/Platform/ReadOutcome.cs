namespace TestReaper.Platform;

/// <summary>The result of reading about a process. A vanished process is an ordinary result, not an error.</summary>
internal enum ReadOutcome
{
    /// <summary>The answer was read.</summary>
    Read,

    /// <summary>The process does not exist, or no longer exists.</summary>
    Absent,

    /// <summary>It may exist, but cannot be read: it belongs to another user, is undumpable, or is in an execve.</summary>
    Unreadable,

    /// <summary>This process has no free descriptors or no memory for the read.</summary>
    OutOfResources,
}
