namespace TestReaper.Platform.MacOS;

/// <summary>On macOS only launchd adopts orphans.</summary>
internal sealed class MacChildProcesses : IChildProcesses
{
    public bool TryBecomeSubreaper() => false;

    public bool MayBeAdopted(int pid) => false;

    public bool IsStartedByRuntime(int pid) => false;

    public bool IsStartedHere(int pid) => false;

    public void CollectAdopted(ProcessHandle zombie)
    {
        // Nothing is adopted.
    }
}
