using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>In the kernel's container of the launch. A cgroup misses only what root moved to another one.</summary>
internal sealed class ContainerLayer(IProcessContainer container) : TreeLayer(container.Name)
{
    private IReadOnlyCollection<int>? _processes;

    public override void BeginScan(TreeView view) => _processes = null;

    public override bool? Claims(ProcessEntry candidate, TreeView view) => (_processes ??= container.Processes()).Contains(candidate.Pid);
}
