using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Leaks;

/// <summary>The message about a leak: the processes, what started them, what they hold, and how to fix it.</summary>
/// <param name="name">The test class or run that left the processes.</param>
/// <param name="timeout">How long they were given to exit.</param>
/// <param name="leaked">The processes that were left.</param>
internal sealed class LeakText(string name, TimeSpan timeout, IReadOnlyList<LeakedProcess> leaked)
{
    /// <summary>Why not all processes could be killed; null if they were killed.</summary>
    public string? KillFailure { get; init; }

    /// <summary>Whether all descendants of the host were checked, and not only those that TestReaper started.</summary>
    public bool IsExclusive { get; init; } = true;

    /// <summary>What a user writes to allow a program to stay; null leaves the hint out.</summary>
    public string? IgnoreSyntax { get; init; }

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

    public override string ToString()
    {
        List<string> lines =
        [
            $"{name} left {ReapReportText.Count(leaked.Count)} running, {ReapReportText.Seconds(timeout)} after its end:",
            TreeText.Draw([.. leaked.Select(ToLine)]),
            KillFailure is null ? "They were killed, with all their descendants." : $"Not all of them could be killed: {KillFailure}",
            "Start them through a TestReaper fixture, or stop them in the teardown: Kill(entireProcessTree: true), then WaitForExit.",
            "Only the fixture finds a daemon that left the tree.",
        ];
        if (!IsExclusive)
        {
            lines.Add("Only processes that were started through TestReaper were checked, because other tests ran at the same time.");
        }
        else if (IgnoreSyntax is not null)
        {
            lines.Add($"To allow a program to stay, write {IgnoreSyntax}.");
        }

        return string.Join(Environment.NewLine, lines);
    }

    private static TreeLine ToLine(LeakedProcess process) =>
        new(process.ProcessId, process.ParentProcessId, process.CommandLine, Describe(process));

    private static void Add(List<string> parts, bool isKnown, Func<string> part)
    {
        if (isKnown)
        {
            parts.Add(part());
        }
    }

    private static string Age(TimeSpan age)
    {
        if (age < TimeSpan.FromMinutes(1))
        {
            return $"{age.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s";
        }

        var format = age < TimeSpan.FromHours(1) ? @"m\:ss" : age < TimeSpan.FromDays(1) ? @"h\:mm\:ss" : @"d\.hh\:mm\:ss";
        return age.ToString(format, CultureInfo.InvariantCulture);
    }
}
