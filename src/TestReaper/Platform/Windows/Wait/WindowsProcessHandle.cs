using TestReaper.Platform.Windows.Jobs;
using TestReaper.Platform.Windows.Native;
using TestReaper.Platform.Windows.Processes;

namespace TestReaper.Platform.Windows.Wait;

/// <summary>
/// A process held by a kernel handle, or by pid and start time where it may not be opened. While the handle is open the pid is not
/// reused.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsProcessHandle : ProcessHandle
{
    private const uint Full = OpenedProcess.Terminate | OpenedProcess.QueryLimited | OpenedProcess.Synchronize;
    private const uint WatchOnly = OpenedProcess.QueryLimited | OpenedProcess.Synchronize;
    private readonly object _gate = new();
    private readonly SystemHandle? _handle;
    private ExitStatus? _exit;
    private volatile bool _gone;

    private WindowsProcessHandle(ProcessIdentity identity, SystemHandle? handle, bool isGone)
        : base(identity) => (_handle, _gone) = (handle, isGone);

    public override bool IsPolled => _handle is null;

    /// <summary>For a wait; 0 if the process could not be opened.</summary>
    internal nint Handle => _handle?.Value ?? 0;

    internal static WindowsProcessHandle Open(ProcessIdentity identity)
    {
        var outcome = OpenedProcess.TryOpen(identity.Pid, Full, out var handle);
        if (outcome == ReadOutcome.Unreadable)
        {
            outcome = OpenedProcess.TryOpen(identity.Pid, WatchOnly, out handle);
        }

        if (handle is null)
        {
            return new WindowsProcessHandle(identity, null, outcome == ReadOutcome.Absent);
        }

        if (OpenedProcess.StartTimeOf(handle) is { } created && created != identity.StartTime)
        {
            handle.Dispose();
            return new WindowsProcessHandle(identity, null, isGone: true);
        }

        return new WindowsProcessHandle(identity, handle, isGone: false);
    }

    public override bool IsGone()
    {
        lock (_gate)
        {
            return _gone = _gone || (_handle is { IsClosed: false } ? OpenedProcess.HasExited(_handle) : IsNotListed());
        }
    }

    // The system does not reuse the pid of a process to which a handle is open.
    public override bool HoldsPid => _handle is { IsClosed: false } || !IsGone();

    public override SignalOutcome Signal(int signal)
    {
        if (IsGone())
        {
            return SignalOutcome.Gone;
        }

        return signal switch
        {
            SignalNumbers.Kill => Terminate(),
            SignalNumbers.Continue or SignalNumbers.Probe => SignalOutcome.Sent,
            _ => ConsoleBreak.TrySend(Identity) ? SignalOutcome.Sent : SignalOutcome.Unsupported,
        };
    }

    public override ExitStatus? ReadExit()
    {
        lock (_gate)
        {
            return _exit ??= _handle is { IsClosed: false } && OpenedProcess.HasExited(_handle) ? ExitOf(_handle) : null;
        }
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            _ = ReadExit();
            _gone = _gone || _exit is not null;
            _handle?.Dispose();
        }
    }

    /// <summary>A further handle to the same process; null if this one is closed or could not be opened.</summary>
    internal SystemHandle? TryDuplicate()
    {
        const nint ThisProcess = -1;
        const uint SameAccess = 2;
        lock (_gate)
        {
            return _handle is { IsClosed: false }
                && Kernel32.DuplicateHandle(ThisProcess, _handle.Value, ThisProcess, out var copy, 0, inherit: false, SameAccess)
                ? new SystemHandle(copy)
                : null;
        }
    }

    internal static ExitStatus? ExitOf(SystemHandle handle) =>
        Kernel32.GetExitCodeProcess(handle.Value, out var code) ? new ExitStatus((int)code, null) : null;

    private SignalOutcome Terminate()
    {
        lock (_gate)
        {
            if (_handle is not { IsClosed: false })
            {
                return IsGone() ? SignalOutcome.Gone : SignalOutcome.Denied;
            }

            // Access is denied also while the process is exiting.
            return Kernel32.TerminateProcess(_handle.Value, JobObject.KilledExitCode) ? SignalOutcome.Sent
                : IsGone() ? SignalOutcome.Gone
                : SignalOutcome.Denied;
        }
    }

    private bool IsNotListed()
    {
        var isListed = false;
        return SystemProcesses.TryRead((process, _) => isListed |= process.Identity == Identity) && !isListed;
    }
}
