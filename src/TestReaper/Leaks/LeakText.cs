using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Leaks;

/// <summary>The message about what a test class or run left: the processes, their starters, what they hold, and the fix.</summary>
internal sealed class LeakText(string name, TimeSpan timeout, IReadOnlyList<LeakedProcess> leaked)
{
    /// <summary>Why not all processes could be killed, or what is not free after that; null if they were killed and it is.</summary>
    public string? KillFailure { get; init; }

    /// <summary>Whether the failure of the kill concerns memory of a GPU alone.</summary>
    public bool IsAllGone { get; init; }

    /// <summary>Earlier reaps of the class after which memory of a GPU did not come back.</summary>
    public IReadOnlyList<ReapTimeoutException> GpuLeaks { get; init; } = [];

    /// <summary>Whether all descendants of the host were checked, and not only those that TestReaper started.</summary>
    public bool IsExclusive { get; init; } = true;

    /// <summary>The recording of what the processes did; null if there is none.</summary>
    public string? StacksFile { get; init; }

    /// <summary>What a user writes to allow a program to stay; null leaves the hint out.</summary>
    public string? IgnoreSyntax { get; init; }

    public static string Describe(LeakedProcess process)
    {
        string?[] parts =
        [
            process.Age is { } age ? $"running for {Age(age)}" : null,
            process.StartedBy,
            process.ListeningPorts.Count > 0 ? $"listens on {string.Join(", ", process.ListeningPorts)}" : null,
            process.DeviceFiles.Count > 0 ? $"has open {string.Join(", ", process.DeviceFiles)}" : null,
            process.LockedMemory > 0 ? $"{process.LockedMemory / 1024 / 1024} MiB locked" : null,
        ];
        return string.Join(", ", parts.OfType<string>());
    }

    public override string ToString()
    {
        string?[] lines =
        [
            $"{name} left {ReapReportText.Count(leaked.Count)} running, {ReapReportText.Seconds(timeout)} after its end:",
            TreeText.Draw([.. leaked.Select(ToLine)]),
            KillFailure is null ? "They were killed, with all their descendants."
                : IsAllGone ? $"They were killed, with all their descendants. {KillFailure}"
                : $"Not all of them could be killed: {KillFailure}",
            StacksFile is null ? null : $"What they did before that: {StacksFile}",
            "Start them through a TestReaper fixture, or stop them in the teardown: Kill(entireProcessTree: true), then WaitForExit.",
            "Only the fixture finds a daemon that left the tree.",
            !IsExclusive ? "Only processes that were started through TestReaper were checked, because other tests ran at the same time."
                : IgnoreSyntax is null ? null
                : $"To allow a program to stay, write {IgnoreSyntax}.",
            GpuLeaks.Count == 0 ? null : GpuLeakText.Draw(name, GpuLeaks),
        ];
        return string.Join(Environment.NewLine, lines.OfType<string>());
    }

    private static TreeLine ToLine(LeakedProcess process) =>
        new(process.ProcessId, process.ParentProcessId, process.CommandLine, Describe(process));

    private static string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => $"{age.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s",
        { TotalHours: < 1 } => age.ToString(@"m\:ss", CultureInfo.InvariantCulture),
        { TotalDays: < 1 } => age.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture),
        _ => age.ToString(@"d\.hh\:mm\:ss", CultureInfo.InvariantCulture),
    };
}
