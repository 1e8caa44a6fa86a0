namespace TestReaper.Platform.MacOS.Processes;

/// <summary>The scopes in the environments of other processes.</summary>
internal sealed class MacProcessMarks : IProcessMarks
{
    // Not even root reads those of restricted programs.
    public bool ReadsAllEnvironments => false;

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

    public IReadOnlyList<string>? ReadInheritedScopes(int pid) => ProcessArguments.Read(pid)?.Scopes();

    public bool TryTagMemory(string name) => false;

    public bool IsInMemoryOf(int pid, string name) => false;
}
