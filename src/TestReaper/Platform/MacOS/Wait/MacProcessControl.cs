namespace TestReaper.Platform.MacOS.Wait;

/// <summary>Signals by verified pid, waits by kqueue.</summary>
[SupportedOSPlatform("macos")]
internal sealed class MacProcessControl : IProcessControl
{
    public string WaitMechanism => "kqueue, not tested on hardware";

    public int KillSignal => SignalNumbers.Kill;

    public int ContinueSignal => SignalNumbers.Continue;

    public int SignalNumber(PosixSignal signal) => SignalNumbers.From(signal);

    public ProcessHandle Open(ProcessIdentity identity) => new MacProcessHandle(identity);

    public SignalOutcome SignalGroup(int groupId, int signal) => MacProcessHandle.SendByPid(-groupId, signal);

    public ExitWatch CreateExitWatch() => KqueueExitWatch.TryCreate() ?? (ExitWatch)new PolledExitWatch();

    public ExitQueue CreateExitQueue() => KqueueExitQueue.TryCreate() ?? (ExitQueue)new PolledExitQueue();

    public string? DescribeSignal(int signal) => SignalNumbers.Describe(signal);

    public void FillReserve()
    {
        // A scan needs no descriptor, and without one exits are polled.
    }

    public void FreeReserve()
    {
    }
}
