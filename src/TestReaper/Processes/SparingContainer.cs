using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>
/// The container of a tree some of whose members may be spared. While one lives in it, it is not killed as a whole (the members
/// are then signalled one by one), and being populated by them alone counts as empty.
/// </summary>
internal sealed class SparingContainer(IProcessContainer container, TreeTracker tree) : IProcessContainer
{
    public string Name => container.Name;

    public IReadOnlyCollection<int> Processes() => container.Processes();

    public void Kill()
    {
        if (!tree.HasSpared)
        {
            container.Kill();
        }
    }

    public bool IsPopulated() =>
        container.IsPopulated() && (!tree.HasSpared || container.Processes().Any(pid => !tree.IsSparedOrBelow(pid)));

    public bool TryRemove() => container.TryRemove();
}
