namespace TestReaper.Platform;

/// <summary>Reads the marks that connect a process with its tree: the scope in its environment, the tag in its memory.</summary>
internal interface IProcessMarks
{
    /// <summary>Whether this process may read the environment of every other process.</summary>
    bool ReadsAllEnvironments { get; }

    /// <summary>
    /// Reads whether processes inherited a scope, in one bounded time for all. The answers have the order of the pids. The wait without any
    /// answer is limited by <paramref name="stallBudget"/>; null stands for half a second.
    /// </summary>
    void ReadScope(IReadOnlyList<int> pids, string scope, ScopeAnswer[] answers, TimeSpan? stallBudget = null);

    /// <summary>The scopes that a process inherited, outermost first; null if its environment gives no answer.</summary>
    IReadOnlyList<string>? ReadInheritedScopes(int pid);

    /// <summary>Tags the memory of this process with a name until it exits; false if that is not possible.</summary>
    bool TryTagMemory(string name);

    /// <summary>Whether the memory of a process has the tag: it is the tagged process, or a child of it before the exec.</summary>
    bool IsInMemoryOf(int pid, string name);
}

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
