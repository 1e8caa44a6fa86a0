using TestReaper.Platform.Linux.Launch;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux;

/// <summary>The marks of processes: /proc/PID/environ and /proc/PID/maps.</summary>
internal sealed class LinuxProcessMarks : IProcessMarks
{
    public bool ReadsAllEnvironments => Environment.IsPrivilegedProcess;

    public void ReadScope(IReadOnlyList<int> pids, string scope, ScopeAnswer[] answers, TimeSpan? stallBudget = null) =>
        ProcEnviron.Ask(pids, scope, stallBudget, answers);

    public IReadOnlyList<string>? ReadInheritedScopes(int pid) => ProcScopes.ReadInherited(pid);

    public bool TryTagMemory(string name) => MemoryTag.TrySet(name);

    public bool IsInMemoryOf(int pid, string name) => MemoryTag.IsOn(pid, name);
}
