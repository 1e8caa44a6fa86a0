using System.Text.Json;

namespace TestReaper.TestHost;

/// <summary>Formats the result of a reap as the line of JSON that a test reads.</summary>
internal static class HostResult
{
    public static string FromReport(ReapReport report) => Serialize("reaped", report, [], report.ToString());

    public static string FromTimeout(ReapTimeoutException timeout) =>
        Serialize("incomplete", timeout.Report, timeout.Survivors, timeout.Message);

    public static string FromException(Exception error) =>
        JsonSerializer.Serialize(new { outcome = "failed", message = error.ToString() });

    private static string Serialize(string outcome, ReapReport report, IReadOnlyList<SurvivingProcess> survivors, string message)
    {
        return JsonSerializer.Serialize(new
        {
            outcome,
            mechanism = report.Mechanism,
            milliseconds = report.Elapsed.TotalMilliseconds,
            processes = report.Processes.Select(
                process => new { pid = process.ProcessId, foundBy = process.FoundBy, killed = process.WasKilled }),
            survivors = survivors.Select(
                survivor => new { pid = survivor.ProcessId, foundBy = survivor.FoundBy, state = survivor.State }),
            releases = report.Releases.Select(release => release.ToString()),
            message,
        });
    }
}
