using TestReaper.Gpu.Locks;
using TestReaper.Platform;

namespace TestReaper.Gpu.Leases;

/// <summary>What one start asks for.</summary>
/// <param name="Requirement">The devices that are needed.</param>
/// <param name="Environment">What the server would inherit, with the variables of its options.</param>
/// <param name="Label">The test class, or the masked command line. Other users of the machine's GPUs see it.</param>
/// <param name="Monitor">Reads the GPUs.</param>
/// <param name="Platform">The operating system.</param>
/// <param name="Directory">The locks.</param>
/// <param name="Logger">Gets progress and warnings.</param>
internal sealed record GpuLeaseRequest(
    GpuRequirement Requirement,
    IReadOnlyDictionary<string, string> Environment,
    string Label,
    GpuMonitor Monitor,
    IProcessPlatform Platform,
    GpuDirectory Directory,
    ILogger Logger)
{
    // The first user of an idle GPU waits seconds until the driver has initialized it.
    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(30), ShortestRead = TimeSpan.FromSeconds(5);

    /// <summary>Reads the GPUs.</summary>
    /// <param name="left">The rest of the time that the requirement allows. A reading may take 5 s, whatever it is.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    public GpuReading Read(TimeSpan left, CancellationToken cancellationToken) =>
        GpuReader.Read(Monitor, Durations.Shorter(LongestRead, left > ShortestRead ? left : ShortestRead), cancellationToken);
}
