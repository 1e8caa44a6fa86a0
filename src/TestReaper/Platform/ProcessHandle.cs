namespace TestReaper.Platform;

/// <summary>Holds on to one process so that a signal reaches no other one.</summary>
internal abstract class ProcessHandle(ProcessIdentity identity) : IDisposable
{
    public ProcessIdentity Identity { get; } = identity;

    /// <summary>Whether its end must be looked for instead of being told by the kernel.</summary>
    public virtual bool IsPolled => false;

    /// <summary>True once no thread of the process is left to hold anything. Never true of a process that merely cannot be read.</summary>
    public abstract bool IsGone();

    /// <summary>
    /// Whether the pid still means this process, alive or not collected. Its group and its session keep their numbers as long.
    /// </summary>
    public virtual bool HoldsPid => !IsGone();

    /// <summary>Sends a native signal number after making sure that the pid still means this process.</summary>
    public abstract SignalOutcome Signal(int signal);

    public abstract void Dispose();
}
