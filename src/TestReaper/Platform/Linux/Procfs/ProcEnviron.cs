using System.Text;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Looks for a scope in <c>/proc/PID/environ</c>.</summary>
internal static class ProcEnviron
{
    /// <summary>True or false where the environment could be read; null where it could not.</summary>
    /// <remarks>
    /// Empty is no answer: a zombie and a process in the middle of an execve read empty without an error.
    /// </remarks>
    internal static bool? CarriesScope(int pid, string scope) =>
        BoundedReads.TryRead(pid, BoundedReads.Memory, pid => Read(pid, scope), out var answer) ? AsBoolean(answer) : null;

    /// <summary>Asks many at once; those that do not answer in time are <see cref="ScopeAnswer.Blocked"/>.</summary>
    internal static void Ask(IReadOnlyList<int> pids, string scope, TimeSpan? stallBudget, ScopeAnswer[] answers)
    {
        var reads = BoundedReads.ReadEach(pids, BoundedReads.Memory, pid => Read(pid, scope), stallBudget);
        for (var i = 0; i < pids.Count; i++)
        {
            answers[i] = reads.TryGet(i, out var answer) ? answer : ScopeAnswer.Blocked;
        }
    }

    /// <summary>The variables, as far as they were written once; empty where they cannot be read.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Read(int pid) =>
        BoundedReads.TryRead(pid, BoundedReads.Memory, static pid => ProcFile.ReadAll(pid, "environ"u8), out var text) && text is not null
            ? [.. Encoding.UTF8.GetString(text).Split('\0')
                .Select(static variable => (Text: variable, End: variable.IndexOf('=')))
                .Where(static variable => variable.End > 0)
                .Select(static variable => KeyValuePair.Create(variable.Text[..variable.End], variable.Text[(variable.End + 1)..]))]
            : [];

    private static ScopeAnswer Read(int pid, string scope) => ProcFile.ReadAll(pid, "environ"u8) switch
    {
        null or [] => ScopeAnswer.Silent,
        var environment => Contains(environment, scope) ? ScopeAnswer.Yes : ScopeAnswer.No,
    };

    private static bool? AsBoolean(ScopeAnswer answer) => answer == ScopeAnswer.Silent ? null : answer == ScopeAnswer.Yes;

    /// <summary>A pure function: is <paramref name="scope"/> an element of the list in TESTREAPER_SCOPE?</summary>
    internal static bool Contains(ReadOnlySpan<byte> environment, string scope)
    {
        var wanted = Encoding.ASCII.GetBytes(scope);
        while (!environment.IsEmpty)
        {
            var end = environment.IndexOf((byte)0);
            var variable = end < 0 ? environment : environment[..end];
            environment = end < 0 ? [] : environment[(end + 1)..];
            if (!variable.StartsWith("TESTREAPER_SCOPE="u8))
            {
                continue;
            }

            var list = variable["TESTREAPER_SCOPE="u8.Length..];
            while (!list.IsEmpty)
            {
                var colon = list.IndexOf((byte)':');
                var element = colon < 0 ? list : list[..colon];
                list = colon < 0 ? [] : list[(colon + 1)..];
                if (element.SequenceEqual(wanted))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
