using TestReaper.Reaping;
using TestReaper.Reaping.Release;

namespace TestReaper.Leaks;

/// <summary>The message about reaps of a class after which the memory of a GPU did not come back, and which no fixture reported.</summary>
internal static class GpuLeakText
{
    private const string Advice =
        "The reap threw a ReapTimeoutException with the details, and the test caught it. Let it fail the test, or start the server " +
        "with a TestReaper fixture.";

    public static string Draw(string name, IReadOnlyList<ReapTimeoutException> failures)
    {
        var conditions = failures.SelectMany(failure => failure.Report.Releases)
            .Where(release => release is { IsFatal: true, Resource: ReleaseResource.Gpu });
        var lines = ReleaseText.Lines(conditions).Select(line => "  " + line);
        return string.Join(Environment.NewLine, [$"{name} left GPU memory that did not come back:", .. lines, Advice]);
    }
}
