using System.Text;

namespace TestReaper.Platform.Linux;

/// <summary>Looks for a scope in <c>/proc/PID/environ</c>.</summary>
internal static class ProcEnviron
{
    /// <summary>True or false where the environment could be read; null where it could not.</summary>
    /// <remarks>
    /// Empty is no answer: a zombie and a process in the middle of an execve read empty without an error.
    /// </remarks>
    internal static bool? CarriesScope(int pid, string scope)
    {
        var environment = ProcFile.ReadAll(pid, "environ"u8);
        return environment is null or [] ? null : Contains(environment, scope);
    }

    /// <summary>The variables, as far as they were written once; empty where they cannot be read.</summary>
    internal static IReadOnlyList<KeyValuePair<string, string>> Read(int pid) => ProcFile.ReadAll(pid, "environ"u8) is { } text
        ? [.. Encoding.UTF8.GetString(text).Split('\0')
            .Select(static variable => (Text: variable, End: variable.IndexOf('=')))
            .Where(static variable => variable.End > 0)
            .Select(static variable => KeyValuePair.Create(variable.Text[..variable.End], variable.Text[(variable.End + 1)..]))]
        : [];

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
