using System.Text;
using TestReaper.Processes;

namespace TestReaper.Platform.Linux;

/// <summary>Reads which scopes a process is in, of this host and of others.</summary>
internal static class ProcScopes
{
    /// <summary>Null where the environment could not be read, or reads empty: a zombie does, and a process in an execve.</summary>
    internal static IReadOnlyList<string>? Inherited(int pid)
    {
        var isRead = BoundedReads.TryRead(pid, BoundedReads.Memory, static pid => ProcFile.ReadAll(pid, "environ"u8), out var environment);
        return !isRead || environment is null or [] ? null : OfEnvironment(environment);
    }

    internal static IReadOnlyList<string> OfContainers(int pid) =>
        ProcFile.ReadAll(pid, "cgroup"u8) is { } text ? OfCGroups(Encoding.UTF8.GetString(text)) : [];

    /// <summary>A pure function: the ids in TESTREAPER_SCOPE, and nothing else that another program may have written there.</summary>
    internal static IReadOnlyList<string> OfEnvironment(ReadOnlySpan<byte> environment)
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

    /// <summary>A pure function of /proc/PID/cgroup: the ids in the names of the v2 directories, "0::/a/testreaper-ID/b".</summary>
    internal static IReadOnlyList<string> OfCGroups(string text)
    {
        var path = text.Split('\n').FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal)) ?? "";
        return [.. path.Split('/')
            .Where(name => name.StartsWith(CGroup.Prefix, StringComparison.Ordinal))
            .Select(name => name[CGroup.Prefix.Length..])
            .Where(scope => ScopeId.IsScope(scope))];
    }
}
