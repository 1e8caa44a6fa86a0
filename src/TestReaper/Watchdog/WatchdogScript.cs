namespace TestReaper.Watchdog;

/// <summary>Joins the files of the script, and builds the command line that runs it. Without /proc, the script is one file.</summary>
internal static class WatchdogScript
{
    /// <summary>Part of the command line of each watchdog.</summary>
    internal const string Name = "testreaper-watchdog";

    /// <summary>The programs that it needs to find processes. With /proc, it kills what it has recorded without them.</summary>
    internal static IReadOnlyList<string> Programs(bool hasProcFs) =>
        hasProcFs ? ["find", "grep", "ls", "rm", "rmdir", "sleep", "stat", "tr"] : ["awk", "find", "ps", "rm", "sleep"];

    // A background job of a non-interactive shell reads from /dev/null unless it is redirected. If this process dies before it has
    // killed the shell, "wait" ends the shell after the script.
    private const string Starter = "exec 3<&0; \"$@\" <&3 3<&- & echo $!; wait";

    // In a variable, so that a shell that cannot fork can pass it on when it replaces itself by exec.
    private static readonly Lazy<string> TextOverProcFs = new(static () => Join(
        "watchdog.sh", "watchdog-kill.sh", "watchdog-find.sh", "watchdog-memory.sh", "watchdog-files.sh", "watchdog-end.sh"));

    private static readonly Lazy<string> TextOverPs = new(static () => Join("watchdog-ps.sh"));

    /// <summary>The arguments of the shell that starts the script and prints its pid; see <see cref="WatchdogProcess.Start"/>.</summary>
    internal static string[] Arguments(
        IReadOnlyList<string> shell, int host, string memoryTag, string ledger, bool hasProcFs = true)
    {
        var text = (hasProcFs ? TextOverProcFs : TextOverPs).Value;
        var pid = host.ToString(CultureInfo.InvariantCulture);
        return ["-c", Starter, "testreaper-starter", .. shell, "-c", text, Name, pid, memoryTag, ledger];
    }

    private static string Join(params string[] parts) =>
        $"watchdog='{string.Concat(parts.Select(Read)).Replace("'", "'\\''", StringComparison.Ordinal)}'\neval \"$watchdog\"";

    // Comments are left out: the command line takes memory, and ps shows it.
    private static string Read(string part)
    {
        using var resource = typeof(WatchdogScript).Assembly.GetManifestResourceStream(part)!;
        using var reader = new StreamReader(resource);
        return string.Concat(reader.ReadToEnd().Split('\n').Where(IsCode).Select(static line => line + "\n"));
    }

    private static bool IsCode(string line) => line.AsSpan().TrimStart() is var code && code.Length > 0 && code[0] != '#';
}
