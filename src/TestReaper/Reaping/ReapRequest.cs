using TestReaper.Gpu;
using TestReaper.Gpu.Release;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping.Release;

namespace TestReaper.Reaping;

/// <summary>What is reaped, how, and with what. The options are validated.</summary>
internal sealed record ReapRequest(
    IProcessPlatform Platform, TreeTracker Tree, ReapOptions Options, ILogger Logger, TimeProvider Time)
{
    /// <summary>
    /// The grace period that the user has set. <see cref="ReapOptions.GracePeriod"/> of <see cref="Options"/> is what is left of it, which
    /// is less where something else has used a part.
    /// </summary>
    public TimeSpan WholeGracePeriod { get; init; } = Options.GracePeriod;

    /// <summary>Release conditions that only the caller knows, such as its ports.</summary>
    public IReadOnlyList<IReleaseCheck> Checks { get; init; } = [];

    /// <summary>Which GPUs the tree uses. Without one that began before the launch, memory in use before is estimated.</summary>
    public GpuObservation Gpu { get; init; } = GpuObservation.WithoutBaseline(GpuMonitor.Current, Platform);

    /// <summary>Closes the root's standard input without waiting; null where it is not redirected.</summary>
    public Action? CloseInput { get; init; }

    /// <summary>
    /// Records what the members that did not stop within the grace period do, before they are killed; returns the file, or null. Called on
    /// a thread of its own. Takes as long as the flight recorder promises, which counts for no timeout of the options. Null to record
    /// nothing.
    /// </summary>
    public Func<IReadOnlyList<TreeMember>, CancellationToken, string?>? BeforeKill { get; init; }

    /// <summary>Created in advance, with the server; null to create it now. The reap disposes it.</summary>
    public ExitWatch? Watch { get; init; }
}
