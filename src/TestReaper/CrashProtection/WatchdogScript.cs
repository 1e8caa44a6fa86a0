using System.Globalization;

namespace TestReaper.CrashProtection;

/// <summary>The script of the watchdog, and the command line that runs it.</summary>
internal static class WatchdogScript
{
    /// <summary>Stands in the command line of each.</summary>
    internal const string Name = "testreaper-watchdog";

    // A job of a shell that is not interactive reads from /dev/null unless it is redirected. If this process dies before it
    // has ended the shell, that ends after the script.
    private const string Starter = "exec 3<&0; \"$@\" <&3 3<&- & echo $!; wait";
    private static readonly string[] Parts =
        ["watchdog.sh", "watchdog-kill.sh", "watchdog-find.sh", "watchdog-memory.sh", "watchdog-end.sh"];

    // In a variable: a shell that cannot fork gives it to the one that takes its place.
    private static readonly Lazy<string> Text = new(static () =>
        $"watchdog='{string.Concat(Parts.Select(Read)).Replace("'", "'\\''", StringComparison.Ordinal)}'\neval \"$watchdog\"");

    /// <summary>The arguments of the shell that starts the script and prints its pid.</summary>
    /// <param name="shell">The shell that runs the script, with its own options.</param>
    /// <param name="host">The pid of the host.</param>
    /// <param name="mark">The name of the host's memory; empty for none.</param>
    /// <param name="ledger">The file to remove when nothing is left; empty for none.</param>
    internal static string[] Arguments(IReadOnlyList<string> shell, int host, string mark, string ledger) =>
        ["-c", Starter, "testreaper-starter", .. shell, "-c", Text.Value, Name, host.ToString(CultureInfo.InvariantCulture), mark, ledger];

    // Without the comments: a command line takes memory, and ps shows it.
    private static string Read(string part)
    {
        using var resource = typeof(WatchdogScript).Assembly.GetManifestResourceStream(part)!;
        using var reader = new StreamReader(resource);
        return string.Concat(reader.ReadToEnd().Split('\n').Where(IsCode).Select(static line => line + "\n"));
    }

    private static bool IsCode(string line) => line.AsSpan().TrimStart() is var code && code.Length > 0 && code[0] != '#';
}
