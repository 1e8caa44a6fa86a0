using System.Globalization;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Leaks;

/// <summary>The words about a leak: what it is, who started it, what it holds, and how to mend it.</summary>
internal static class LeakText
{
    public static string Message(string owner, LeakCheckOptions rule, IReadOnlyList<LeakedProcess> leaked, string? killFailure) => string.Join(
        Environment.NewLine,
        [
            $"{owner} left {ReapReportText.Count(leaked.Count)} running, {ReapReportText.Seconds(rule.Timeout)} after its end:",
            TreeText.Draw([.. leaked.Select(process => new TreeLine(process.ProcessId, process.ParentProcessId, process.CommandLine, Describe(process)))]),
            killFailure is null ? "Killed now, with all below." : $"Not all of it could be killed: {killFailure}",
            "Start it through the fixture (ServerProcessFixture.Start, Track or StartServerAsync), or stop it in the teardown: Kill(entireProcessTree: true) and then WaitForExit. "
                + "A daemon that left the tree is found only by the fixture.",
            rule.IsExclusive ? "What may stay can be named: [AssertReaped(Ignore = [\"name\"])]."
                : "With Exclusive = false only what went through TestReaper was looked at: other classes were running.",
        ]);

    public static string Describe(LeakedProcess process)
    {
        var parts = new List<string>();
        Add(parts, process.Age is not null, () => $"running for {Age(process.Age!.Value)}");
        Add(parts, process.StartedBy is not null, () => process.StartedBy!);
        Add(parts, process.ListeningPorts.Count > 0, () => $"listens on {string.Join(", ", process.ListeningPorts)}");
        Add(parts, process.DeviceFiles.Count > 0, () => $"has open {string.Join(", ", process.DeviceFiles)}");
        Add(parts, process.LockedMemory > 0, () => $"{process.LockedMemory / 1024 / 1024} MiB locked");
        return string.Join(", ", parts);
    }

    private static void Add(List<string> parts, bool isKnown, Func<string> part)
    {
        if (isKnown)
        {
            parts.Add(part());
        }
    }

    private static string Age(TimeSpan age) => age < TimeSpan.FromMinutes(1)
        ? $"{age.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s"
        : age.ToString(age < TimeSpan.FromHours(1) ? @"m\:ss" : age < TimeSpan.FromDays(1) ? @"h\:mm\:ss" : @"d\.hh\:mm\:ss", CultureInfo.InvariantCulture);
}
