namespace TestReaper.Platform;

/// <summary>Signals processes and waits for their exits.</summary>
internal interface IProcessControl
{
    /// <summary>How exits are waited for, in words for the report.</summary>
    string WaitMechanism { get; }

    /// <summary>The number of the signal that a process cannot handle or ignore.</summary>
    int KillSignal { get; }

    /// <summary>The number of the signal that lets a stopped process continue.</summary>
    int ContinueSignal { get; }

    /// <summary>The command by which a user kills processes.</summary>
    string KillCommand(IEnumerable<int> pids) => $"kill -KILL {string.Join(' ', pids)}";

    /// <summary>The system's number for a signal.</summary>
    int SignalNumber(PosixSignal signal);

    /// <summary>Opens a handle to a process. Never fails: the handle of a gone process reports it as gone.</summary>
    ProcessHandle Open(ProcessIdentity identity);

    /// <summary>Signals a process group. The caller has verified that every process in it belongs to the tree.</summary>
    SignalOutcome SignalGroup(int groupId, int signal);

    /// <summary>Creates a watch for the exits of many processes.</summary>
    ExitWatch CreateExitWatch();

    /// <summary>Creates a queue of exits, for processes that are watched while they run.</summary>
    ExitQueue CreateExitQueue();

    /// <summary>The name and the usual meaning of a signal that ends a process, such as "SIGSEGV, ..."; null for other signals.</summary>
    string? DescribeSignal(int signal);

    /// <summary>Reserves file descriptors, so that a reap works when this process has reached its limit.</summary>
    void FillReserve();

    /// <summary>Frees the reserved descriptors for a reap.</summary>
    void FreeReserve();
}
