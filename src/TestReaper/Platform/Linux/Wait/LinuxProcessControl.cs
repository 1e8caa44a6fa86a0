using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>Signals by pidfd or by verified pid, waits by epoll or by polling /proc.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxProcessControl : IProcessControl
{
    public string WaitMechanism => Pidfd.IsAvailable ? "pidfd" : "/proc polling (no pidfd_open on this host)";

    public int KillSignal => SignalNumbers.Kill;

    public int SignalNumber(PosixSignal signal) => SignalNumbers.From(signal);

    public ProcessHandle Open(ProcessIdentity identity) => LinuxProcessHandle.Open(identity);

    public SignalOutcome SignalGroup(int groupId, int signal) => LinuxProcessHandle.SendByPid(-groupId, signal);

    public ExitWatch CreateExitWatch() => EpollExitWatch.TryCreate() ?? (ExitWatch)new PolledExitWatch();

    public void FillReserve() => DescriptorReserve.Fill();

    public void ReleaseReserve() => DescriptorReserve.Release();
}
