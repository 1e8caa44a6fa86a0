using System.Text;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Reads the scopes that a process inherited, those of this host and of others.</summary>
internal static class ProcScopes
{
    /// <summary>Null where the environment could not be read, or reads empty: a zombie does, and a process in an execve.</summary>
    internal static IReadOnlyList<string>? ReadInherited(int pid)
    {
        var isRead = BoundedReads.TryRead(pid, BoundedReads.Memory, static pid => ProcFile.ReadAll(pid, "environ"u8), out var environment);
        return !isRead || environment is null or [] ? null : ParseEnvironment(environment);
    }

    /// <summary>A pure function: the ids in TESTREAPER_SCOPE, and nothing else that another program may have written there.</summary>
    internal static IReadOnlyList<string> ParseEnvironment(ReadOnlySpan<byte> environment)
    {
        while (!environment.IsEmpty)
        {
            var end = environment.IndexOf((byte)0);
            var variable = end < 0 ? environment : environment[..end];
            environment = end < 0 ? [] : environment[(end + 1)..];
            if (variable.StartsWith("TESTREAPER_SCOPE="u8))
            {
                var list = Encoding.UTF8.GetString(variable["TESTREAPER_SCOPE="u8.Length..]);
                return [.. list.Split(':').Where(scope => ScopeId.IsScope(scope)).Distinct()];
            }
        }

        return [];
    }
}
