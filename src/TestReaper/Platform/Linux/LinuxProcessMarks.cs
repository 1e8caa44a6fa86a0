using TestReaper.Platform.Linux.Launch;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux;

/// <summary>The marks of processes: the scopes in /proc/PID/environ (proc_pid_environ(5)) and the tag in /proc/PID/maps.</summary>
/// <remarks>An empty environment is not an answer: a zombie and a process in an execve read empty without an error.</remarks>
internal sealed class LinuxProcessMarks : IProcessMarks
{
    public bool ReadsAllEnvironments => Environment.IsPrivilegedProcess;

    public void ReadScope(IReadOnlyList<int> pids, string scope, ScopeAnswer[] answers, TimeSpan? stallBudget = null)
    {
        var reads = BoundedReads.ReadEach(pids, BoundedReads.Memory, pid => ReadScope(pid, scope), stallBudget);
        for (var i = 0; i < pids.Count; i++)
        {
            answers[i] = reads.TryGet(i, out var answer) ? answer : ScopeAnswer.Blocked;
        }
    }

    public IReadOnlyList<string>? ReadInheritedScopes(int pid)
    {
        var environment = BoundedReads.Read(pid, BoundedReads.Memory, static pid => ProcFile.ReadAll(pid, "environ"u8));
        return environment is null or [] ? null : ParseScopes(environment);
    }

    public bool TryTagMemory(string name) => MemoryTag.TrySet(name);

    public bool IsInMemoryOf(int pid, string name) => MemoryTag.IsOn(pid, name);

    /// <summary>A pure function of an environment: the ids in TESTREAPER_SCOPE, without other text there.</summary>
    internal static IReadOnlyList<string> ParseScopes(ReadOnlySpan<byte> environment) =>
        TryTakeList(ref environment, out var list)
            ? [.. Encoding.UTF8.GetString(list).Split(':').Where(scope => ScopeId.IsScope(scope)).Distinct()]
            : [];

    /// <summary>A pure function of an environment: whether <paramref name="scope"/> is in the list in TESTREAPER_SCOPE.</summary>
    internal static bool HasScope(ReadOnlySpan<byte> environment, string scope)
    {
        var wanted = Encoding.ASCII.GetBytes(scope);
        while (TryTakeList(ref environment, out var list))
        {
            while (!list.IsEmpty)
            {
                if (ByteText.Take(ref list, ':').SequenceEqual(wanted))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static ScopeAnswer ReadScope(int pid, string scope) => ProcFile.ReadAll(pid, "environ"u8) switch
    {
        null or [] => ScopeAnswer.Silent,
        var environment => HasScope(environment, scope) ? ScopeAnswer.Yes : ScopeAnswer.No,
    };

    // Finds the next variable TESTREAPER_SCOPE and leaves what follows it; a variable may occur twice.
    private static bool TryTakeList(ref ReadOnlySpan<byte> environment, out ReadOnlySpan<byte> list)
    {
        while (!environment.IsEmpty)
        {
            var variable = ByteText.Take(ref environment, '\0');
            if (variable.StartsWith("TESTREAPER_SCOPE="u8))
            {
                list = variable["TESTREAPER_SCOPE="u8.Length..];
                return true;
            }
        }

        list = [];
        return false;
    }
}
