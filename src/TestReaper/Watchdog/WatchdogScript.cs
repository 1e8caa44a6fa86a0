namespace TestReaper.Watchdog;

/// <summary>Joins the six files of the script, and builds the command line that runs it.</summary>
internal static class WatchdogScript
{
    /// <summary>Part of the command line of each watchdog.</summary>
    internal const string Name = "testreaper-watchdog";

    /// <summary>The programs that it needs to find processes; what it has recorded it kills without them.</summary>
    internal static IReadOnlyList<string> Programs { get; } = ["find", "grep", "ls", "rm", "rmdir", "sleep", "stat", "tr"];

    // A background job of a non-interactive shell reads from /dev/null unless it is redirected. If this process dies before it has
    // killed the shell, "wait" ends the shell after the script.
    private const string Starter = "exec 3<&0; \"$@\" <&3 3<&- & echo $!; wait";
    private static readonly string[] Parts =
        ["watchdog.sh", "watchdog-kill.sh", "watchdog-find.sh", "watchdog-memory.sh", "watchdog-files.sh", "watchdog-end.sh"];

    // In a variable, so that a shell that cannot fork can pass it on when it replaces itself by exec.
    private static readonly Lazy<string> Text = new(static () =>
        $"watchdog='{string.Concat(Parts.Select(Read)).Replace("'", "'\\''", StringComparison.Ordinal)}'\neval \"$watchdog\"");

    /// <summary>The arguments of the shell that starts the script and prints its pid; see <see cref="WatchdogProcess.Start"/>.</summary>
    internal static string[] Arguments(IReadOnlyList<string> shell, int host, string memoryTag, string ledger)
    {
        var pid = host.ToString(CultureInfo.InvariantCulture);
        return ["-c", Starter, "testreaper-starter", .. shell, "-c", Text.Value, Name, pid, memoryTag, ledger];
    }

    // Comments are left out: the command line takes memory, and ps shows it.
    private static string Read(string part)
    {
        using var resource = typeof(WatchdogScript).Assembly.GetManifestResourceStream(part)!;
        using var reader = new StreamReader(resource);
        return string.Concat(reader.ReadToEnd().Split('\n').Where(IsCode).Select(static line => line + "\n"));
    }

    private static bool IsCode(string line) => line.AsSpan().TrimStart() is var code && code.Length > 0 && code[0] != '#';
}
