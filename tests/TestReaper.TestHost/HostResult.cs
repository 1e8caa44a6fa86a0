using System.Text.Json;

namespace TestReaper.TestHost;

/// <summary>The one line that a test reads.</summary>
internal static class HostResult
{
    public static string Of(ReapReport report) => Line("reaped", report, [], report.ToString());

    public static string Of(ReapTimeoutException failure) => Line("incomplete", failure.Report, failure.Survivors, failure.Message);

    public static string Of(Exception failure) => JsonSerializer.Serialize(new { outcome = "failed", message = failure.ToString() });

    private static string Line(string outcome, ReapReport report, IReadOnlyList<SurvivingProcess> survivors, string message) => JsonSerializer.Serialize(new
    {
        outcome,
        mechanism = report.Mechanism,
        milliseconds = report.Elapsed.TotalMilliseconds,
        processes = report.Processes.Select(process => new { pid = process.ProcessId, foundBy = process.FoundBy, killed = process.WasKilled }),
        survivors = survivors.Select(survivor => new { pid = survivor.ProcessId, foundBy = survivor.FoundBy, state = survivor.State }),
        releases = report.Releases.Select(release => release.ToString()),
        message,
    });
}
