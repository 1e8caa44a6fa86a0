using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>Its parent is a member. Misses what lost its parent before anybody looked.</summary>
internal sealed class ParentLayer() : TreeLayer(Parent)
{
    public override bool? Claims(ProcessEntry candidate, TreeView view) =>
        view.Snapshot.TryGet(candidate.ParentPid, out var parent) && view.IsMember(parent.Identity);
}
