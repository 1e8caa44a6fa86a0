namespace TestReaper.Platform;

/// <summary>Whether the environment of a process has a scope.</summary>
internal enum ScopeAnswer
{
    /// <summary>It was read, and the scope is not in it.</summary>
    No,

    /// <summary>The process inherited the scope.</summary>
    Yes,

    /// <summary>It is empty, as in an execve, or may not be read by this user.</summary>
    Silent,

    /// <summary>The kernel did not answer in time: the process holds the lock of its memory.</summary>
    Blocked,
}
