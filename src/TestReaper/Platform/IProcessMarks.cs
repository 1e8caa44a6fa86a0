namespace TestReaper.Platform;

/// <summary>Reads the marks that tell which tree a process belongs to: the scope in its environment, the tag in its memory.</summary>
internal interface IProcessMarks
{
    /// <summary>Whether this process may read the environment of every other process.</summary>
    bool ReadsAllEnvironments { get; }

    /// <summary>Reads of many processes whether they inherited <paramref name="scope"/>, in one bounded time.</summary>
    /// <param name="pids">The processes.</param>
    /// <param name="scope">The scope.</param>
    /// <param name="answers">Receives the answers, in the order of <paramref name="pids"/>.</param>
    /// <param name="stallBudget">How long to wait without any answer; null for half a second.</param>
    void ReadScope(IReadOnlyList<int> pids, string scope, ScopeAnswer[] answers, TimeSpan? stallBudget = null);

    /// <summary>The scopes that a process inherited, outermost first; null where its environment gives no answer.</summary>
    IReadOnlyList<string>? ReadInheritedScopes(int pid);

    /// <summary>Puts a name into the memory of this process for as long as it lives; false where that is not possible.</summary>
    bool TryTagMemory(string name);

    /// <summary>Whether a process is in memory of that name: it is the tagged process, or its child before the child's exec.</summary>
    bool IsInMemoryOf(int pid, string name);
}
