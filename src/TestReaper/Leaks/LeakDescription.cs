using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Secrets;

namespace TestReaper.Leaks;

/// <summary>Describes a leaked process while it still lives, so that a user can find where it comes from.</summary>
internal sealed class LeakDescription(IProcessPlatform platform, IReadOnlyList<LiveTree> trees)
{
    // Masks the secrets of all trees, because a leaked process may descend from any of them.
    private readonly SecretMask _mask = LiveTrees.All.Concat(trees)
        .Aggregate(SecretMask.OfThisProcess(), (mask, tree) => mask.With(tree.Tree.Mask));

    public LeakedProcess Describe(ProcessEntry entry)
    {
        var details = platform.Processes.Describe(entry.Pid);
        return new LeakedProcess
        {
            ProcessId = entry.Pid,
            ParentProcessId = entry.ParentPid,

            // The process may have secrets of its own, which no tree has: it may be a child of a plain Process.Start.
            CommandLine = _mask.With(ProcessSecrets.MaskOf(platform, [entry.Pid])).CommandLine(platform, entry.Pid),
            Age = platform.Processes.ToWallClock(entry.Identity.StartTime) is { } start ? DateTimeOffset.UtcNow - start : null,
            StartedBy = StartedBy(entry),
            ListeningPorts = details.ListeningPorts,
            DeviceFiles = details.DeviceFiles,
            LockedMemory = details.LockedMemory,
        };
    }

    private string? StartedBy(ProcessEntry entry) =>
        trees.FirstOrDefault(tree => tree.Tree.Members.Any(member => member.IsRoot && member.Identity == entry.Identity)) is { } tree
            ? $"started by {tree.Description}"
        : entry.ParentPid != Environment.ProcessId ? null
        : platform.Children.MayBeAdopted(entry.Pid) ? "its starter has exited: a daemon or an orphan"
        : "started by Process.Start in this test host";
}
