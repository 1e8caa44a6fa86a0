using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper;

/// <summary>A process of a reaped tree that was left alive, see <see cref="ReapOptions.Spare"/>.</summary>
public sealed record SparedProcess
{
    /// <summary>Its process id.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The process id of its parent when it was found.</summary>
    public int ParentProcessId { get; init; }

    /// <summary>Its command line, secrets masked; empty if it could not be read.</summary>
    public required string CommandLine { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"spared: {TreeText.OneLine($"{ProcessId} {CommandLine}")}";

    internal static IReadOnlyList<SparedProcess> FromTree(TreeTracker tree, IProcessPlatform platform) =>
    [
        .. tree.Spared.OrderBy(member => member.Identity.StartTime).ThenBy(member => member.Identity.Pid).Select(member => new SparedProcess
        {
            ProcessId = member.Identity.Pid,
            ParentProcessId = member.ParentPid,
            CommandLine = tree.Mask.CommandLine(platform, member.Identity.Pid),
        }),
    ];
}
