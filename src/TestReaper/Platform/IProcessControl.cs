using System.Runtime.InteropServices;

namespace TestReaper.Platform;

/// <summary>Signals processes and waits for their exits.</summary>
internal interface IProcessControl
{
    /// <summary>How exits are waited for, in words for the report.</summary>
    string WaitMechanism { get; }

    /// <summary>The number of the signal that a process cannot refuse.</summary>
    int KillSignal { get; }

    /// <summary>The system's number of a signal.</summary>
    int SignalNumber(PosixSignal signal);

    /// <summary>Opens a handle to a process. Never fails: the handle of a process that is gone says so.</summary>
    ProcessHandle Open(ProcessIdentity identity);

    /// <summary>Signals a whole process group. The caller has verified that all of it belongs to the tree.</summary>
    SignalOutcome SignalGroup(int groupId, int signal);

    /// <summary>Makes a wait for the exits of many processes.</summary>
    ExitWatch CreateExitWatch();

    /// <summary>Reserves file descriptors, so that a reap works in a process that has none left.</summary>
    void FillReserve();

    /// <summary>Frees the reserved descriptors for a reap.</summary>
    void ReleaseReserve();
}
