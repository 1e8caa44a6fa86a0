namespace TestReaper.Platform.Windows.Wait;

/// <summary>Ends processes by their handles and waits for these.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsProcessControl : IProcessControl
{
    public string WaitMechanism => "process handles";

    public int KillSignal => SignalNumbers.Kill;

    public int ContinueSignal => SignalNumbers.Continue;

    public string KillCommand(IEnumerable<int> pids) => $"taskkill /F {string.Join(' ', pids.Select(static pid => $"/PID {pid}"))}";

    public int SignalNumber(PosixSignal signal) => SignalNumbers.From(signal);

    public ProcessHandle Open(ProcessIdentity identity) => WindowsProcessHandle.Open(identity);

    // There are no process groups that a signal could reach: GroupId is 0 for each process.
    public SignalOutcome SignalGroup(int groupId, int signal) => SignalOutcome.Gone;

    public ExitWatch CreateExitWatch() => WindowsExitWatch.TryCreate() ?? (ExitWatch)new PolledExitWatch();

    public ExitQueue CreateExitQueue() => WindowsExitQueue.TryCreate() ?? (ExitQueue)new PolledExitQueue();

    public string? DescribeSignal(int signal) => null;

    public void FillReserve()
    {
        // A process has no small limit of handles.
    }

    public void FreeReserve()
    {
    }
}
