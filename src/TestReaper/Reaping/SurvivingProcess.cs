namespace TestReaper;

/// <summary>A process that was not gone at the deadline.</summary>
public sealed record SurvivingProcess
{
    /// <summary>Its process id.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When it started, to the hundredth of a second; null where that could not be read.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Its state with what it means, such as <c>D (uninterruptible sleep)</c> or <c>EPERM (owned by another user)</c>.</summary>
    public required string State { get; init; }

    /// <summary>How many threads are left of it.</summary>
    public required int Threads { get; init; }

    /// <summary>The kernel function it sleeps in; null where the kernel does not tell.</summary>
    public string? WaitChannel { get; init; }

    /// <summary>Its command line, secrets masked.</summary>
    public required string CommandLine { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"pid {ProcessId}, started {(StartedAt is { } at ? at.ToString("HH:mm:ss.ff", System.Globalization.CultureInfo.InvariantCulture) : "at an unknown time")}, " +
        $"state {State}, {Threads} thread(s){(WaitChannel is null ? "" : $", in {WaitChannel}")}: {CommandLine}";
}
