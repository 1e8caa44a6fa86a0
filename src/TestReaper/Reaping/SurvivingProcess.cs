using TestReaper.Reaping;

namespace TestReaper;

/// <summary>A process that was not gone at the deadline, and why, as far as that is known.</summary>
public sealed record SurvivingProcess
{
    /// <summary>Its process id.</summary>
    public required int ProcessId { get; init; }

    /// <summary>When it started, to the hundredth of a second; null where that could not be read.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Its state with what it means: <c>D (uninterruptible sleep)</c>, <c>EPERM (owned by another user)</c> and so on.</summary>
    public required string State { get; init; }

    /// <summary>How many of its threads are left.</summary>
    public required int Threads { get; init; }

    /// <summary>The kernel function it sleeps in; null where the kernel does not say.</summary>
    public string? WaitChannel { get; init; }

    /// <summary>Its command line, secrets masked.</summary>
    public required string CommandLine { get; init; }

    /// <summary>The layer that found it, as in <see cref="ReapedProcess.FoundBy"/>.</summary>
    public string FoundBy { get; init; } = "";

    /// <summary>The id of the user it runs as; null where that could not be read.</summary>
    public uint? UserId { get; init; }

    /// <summary>The process ids of its parent, the parent's parent and so on, up to process 1.</summary>
    public IReadOnlyList<int> Ancestors { get; init; } = [];

    /// <summary>The GPU devices it has open: /dev/nvidia*, /dev/kfd, /dev/dri/*. Empty where its files cannot be read.</summary>
    public IReadOnlyList<string> DeviceFiles { get; init; } = [];

    /// <summary>Bytes it has locked in memory, which take long to free.</summary>
    public long LockedMemory { get; init; }

    /// <summary>The TCP ports it listens on. Empty where its files cannot be read.</summary>
    public IReadOnlyList<int> ListeningPorts { get; init; } = [];

    /// <summary>The kernel functions it is in, innermost first; null without root.</summary>
    public string? KernelStack { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"pid {ProcessId} {CommandLine} ({SurvivorText.Describe(this)})";
}
