using TestReaper.Platform.Windows.Jobs;

namespace TestReaper.Platform.Windows;

/// <summary>On Windows no process adopts another. Instead, the job of this process shows the orphans among its descendants.</summary>
internal sealed class WindowsChildProcesses : IChildProcesses
{
    public bool TryBecomeSubreaper() => HostJob.TryEnter();

    public bool MayBeAdopted(int pid) => false;

    public bool IsStartedByRuntime(int pid) => false;

    public bool IsStartedHere(int pid) => false;

    public void CollectAdopted(ProcessHandle zombie)
    {
        // Nothing is adopted.
    }
}
