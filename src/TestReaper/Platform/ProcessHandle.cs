namespace TestReaper.Platform;

/// <summary>Holds one process, so that a signal reaches no other process.</summary>
internal abstract class ProcessHandle(ProcessIdentity identity) : IDisposable
{
    public ProcessIdentity Identity { get; } = identity;

    /// <summary>Whether its exit must be polled for, because the kernel does not report it.</summary>
    public virtual bool IsPolled => false;

    /// <summary>Whether no thread of the process is left. Never true for a process that merely cannot be read.</summary>
    public abstract bool IsGone();

    /// <summary>
    /// Whether the pid still belongs to this process, alive or not collected. Until then the ids of its group and session are not reused.
    /// </summary>
    public virtual bool HoldsPid => !IsGone();

    /// <summary>
    /// How the process ended; null while it runs, and if the system no longer knows. May be called while another thread disposes this.
    /// </summary>
    public virtual ExitStatus? ReadExit() => null;

    /// <summary>Sends a native signal number, after verifying that the pid still belongs to this process.</summary>
    public abstract SignalOutcome Signal(int signal);

    public abstract void Dispose();
}

/// <summary>The result of sending a signal.</summary>
internal enum SignalOutcome
{
    /// <summary>The kernel accepted it. The effect is not known.</summary>
    Sent,

    /// <summary>The process or group does not exist any more.</summary>
    Gone,

    /// <summary>The process is alive, but this user may not signal it.</summary>
    Denied,

    /// <summary>The process is alive, and the system has no such signal for it.</summary>
    Unsupported,
}
