namespace TestReaper.Platform;

/// <summary>How reading about a process ended. A vanished process is an ordinary answer, not an error.</summary>
internal enum ReadOutcome
{
    /// <summary>The answer was read.</summary>
    Read,

    /// <summary>The process does not exist (any more).</summary>
    Absent,

    /// <summary>It may exist, but what was asked cannot be read: another user, undumpable, or in the middle of an execve.</summary>
    Unreadable,

    /// <summary>This process has too many files open, or no memory, to look at all.</summary>
    OutOfResources,
}
