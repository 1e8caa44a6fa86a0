using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>What a layer may look at: all processes of one moment, and who is known to belong to the tree.</summary>
internal sealed class TreeView(ProcessSnapshot snapshot, Func<ProcessIdentity, bool> isMember)
{
    public ProcessSnapshot Snapshot { get; set; } = snapshot;

    public bool IsMember(ProcessIdentity identity) => isMember(identity);
}
