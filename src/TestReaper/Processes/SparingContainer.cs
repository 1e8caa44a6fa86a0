using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>
/// The container of a tree that may have spared members. While one is alive, the container is not killed as a whole (the other members
/// are signalled one by one), and a container that holds only spared members counts as empty.
/// </summary>
internal sealed class SparingContainer(IProcessContainer container, TreeTracker tree) : IProcessContainer
{
    public string Name => container.Name;

    public string Escape => container.Escape;

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

    // A spared process would be counted as well, and it is not the server's.
    public ContainerUsage ReadUsage() => tree.HasSpared ? default : container.ReadUsage();

    public bool TryAdd(ProcessIdentity process) => container.TryAdd(process);

    public void LeaveRunning() => container.LeaveRunning();

    public bool TryRemove()
    {
        if (tree.HasSpared)
        {
            container.LeaveRunning();
        }

        return container.TryRemove();
    }
}
