using TestReaper.Leaks;

namespace TestReaper;

/// <summary>A process that outlived the test class that started it.</summary>
public sealed record LeakedProcess
{
    /// <summary>The process id.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The process id of the parent: the test host for a process that it started or adopted.</summary>
    public required int ParentProcessId { get; init; }

    /// <summary>The command line, with secrets masked.</summary>
    public required string CommandLine { get; init; }

    /// <summary>How long the process had been running; null if unknown.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>A phrase that says what started the process; null if unknown.</summary>
    public string? StartedBy { get; init; }

    /// <summary>The TCP ports that the process listened on. Empty if they could not be read.</summary>
    public IReadOnlyList<int> ListeningPorts { get; init; } = [];

    /// <summary>The GPU device files that the process had open. Empty if they could not be read.</summary>
    public IReadOnlyList<string> DeviceFiles { get; init; } = [];

    /// <summary>The number of bytes that the process had locked in memory.</summary>
    public long LockedMemory { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"pid {ProcessId} {CommandLine}{(LeakText.Describe(this) is { Length: > 0 } notes ? $" ({notes})" : "")}";
}
