using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Servers.Recording;

/// <summary>Records the members of a server's tree beside its log.</summary>
internal static class ServerRecording
{
    /// <summary>Records on the calling thread; the run gets the name of the file.</summary>
    public static string? Record(
        ServerLifetime run,
        IReadOnlyList<TreeMember> members,
        string reason,
        IProcessPlatform platform,
        CancellationToken cancellationToken) =>
        Request(run, members, reason, platform) is { } request
            ? run.StacksFile = FlightRecorder.Record(request, cancellationToken)
            : null;

    /// <summary>The same without blocking the caller.</summary>
    public static async Task RecordAsync(
        ServerLifetime run,
        IReadOnlyList<TreeMember> members,
        string reason,
        IProcessPlatform platform,
        CancellationToken cancellationToken)
    {
        if (Request(run, members, reason, platform) is { } request)
        {
            run.StacksFile = await FlightRecorder.RecordAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }

    private static RecordingRequest? Request(
        ServerLifetime run, IReadOnlyList<TreeMember> members, string reason, IProcessPlatform platform) =>
        run.Output.LogFile is { } log && members.Count > 0
            ? new RecordingRequest(
                platform,
                [.. members.OrderBy(member => !member.IsRoot).ThenBy(member => member.Identity.StartTime)
                    .Select(member => member.Identity)],
                run.Command.Mask,
                log + ".stacks.txt",
                $"{reason}\nCommand: {run.Command.CommandLine}")
            : null;
}
