using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Servers.Recording;

/// <summary>What is recorded, why, and where to.</summary>
/// <param name="Platform">The operating system.</param>
/// <param name="Processes">The processes, in the order in which they are recorded. They are about to be killed.</param>
/// <param name="Mask">Masks the secrets of the tree. Those of the processes themselves are added.</param>
/// <param name="File">The path of the file, which does not exist yet.</param>
/// <param name="Reason">Why the processes are about to be killed, as a sentence.</param>
internal sealed record RecordingRequest(
    IProcessPlatform Platform, IReadOnlyList<ProcessIdentity> Processes, SecretMask Mask, string File, string Reason)
{
    /// <summary>How long the recording may take in all.</summary>
    public TimeSpan Limit { get; init; } = FlightRecorder.Limit;

    /// <summary>How long one tool or one minidump may take.</summary>
    public TimeSpan ToolLimit { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The directories of tools, as in PATH.</summary>
    public string SearchPath { get; init; } = Environment.GetEnvironmentVariable("PATH") ?? "";
}
