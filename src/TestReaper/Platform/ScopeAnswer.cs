namespace TestReaper.Platform;

/// <summary>Whether the environment of a process has a scope.</summary>
internal enum ScopeAnswer
{
    /// <summary>The environment was read, and the scope is not in it.</summary>
    No,

    /// <summary>The process inherited the scope.</summary>
    Yes,

    /// <summary>The environment is empty, as in an execve, or this user may not read it.</summary>
    Silent,

    /// <summary>The kernel did not answer in time: the lock of the process's memory is held.</summary>
    Blocked,
}
