namespace TestReaper.Platform.Windows.Processes;

/// <summary>The scopes in the environments of other processes.</summary>
internal sealed class WindowsProcessMarks : IProcessMarks
{
    private const string Prefix = ScopeId.Variable + "=";

    public bool ReadsAllEnvironments => false;

    /// <inheritdoc/>
    /// <remarks>A read of another process's memory takes no lock of that process, so it needs no time limit.</remarks>
    public void ReadScope(IReadOnlyList<int> pids, string scope, ScopeAnswer[] answers, TimeSpan? stallBudget = null)
    {
        for (var i = 0; i < pids.Count; i++)
        {
            answers[i] = ReadInheritedScopes(pids[i]) switch
            {
                null => ScopeAnswer.Silent,
                var scopes => scopes.Contains(scope) ? ScopeAnswer.Yes : ScopeAnswer.No,
            };
        }
    }

    public IReadOnlyList<string>? ReadInheritedScopes(int pid) =>
        ProcessParameters.ReadEnvironment(pid) is { Length: > 0 } environment ? ParseScopes(environment) : null;

    public bool TryTagMemory(string name) => false;

    public bool IsInMemoryOf(int pid, string name) => false;

    // The names of variables have no case on Windows.
    private static IReadOnlyList<string> ParseScopes(string environment) =>
    [
        .. environment.Split('\0')
            .Where(static variable => variable.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .SelectMany(static variable => variable[Prefix.Length..].Split(':'))
            .Where(static scope => ScopeId.IsScope(scope))
            .Distinct(),
    ];
}
