using TestReaper.Leaks;

namespace TestReaper;

/// <summary>A process that outlived the test class which started it.</summary>
public sealed record LeakedProcess
{
    /// <summary>Its process id.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The process id of its parent; that of the test host for what it started itself or adopted.</summary>
    public required int ParentProcessId { get; init; }

    /// <summary>Its command line, secrets masked.</summary>
    public required string CommandLine { get; init; }

    /// <summary>How long it had been running; null where that could not be read.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>What started it, in words; null where that is not known.</summary>
    public string? StartedBy { get; init; }

    /// <summary>The TCP ports it listened on. Empty where its files cannot be read.</summary>
    public IReadOnlyList<int> ListeningPorts { get; init; } = [];

    /// <summary>The GPU devices it had open. Empty where its files cannot be read.</summary>
    public IReadOnlyList<string> DeviceFiles { get; init; } = [];

    /// <summary>Bytes it had locked in memory.</summary>
    public long LockedMemory { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"pid {ProcessId} {CommandLine}{(LeakText.Describe(this) is { Length: > 0 } notes ? $" ({notes})" : "")}";
}
