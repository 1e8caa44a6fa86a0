namespace TestReaper.Platform;

/// <summary>A child that the platform started, and the ends of its pipes.</summary>
internal abstract class LaunchedProcess
{
    public abstract ProcessIdentity Identity { get; }

    public abstract Stream StandardOutput { get; }

    public abstract Stream StandardError { get; }

    /// <summary>Takes over both output streams, to be read by one thread that waits in the kernel.</summary>
    public abstract OutputPipes TakeOutput();

    /// <summary>The container of its tree, or why it has none.</summary>
    public abstract Containment Containment { get; }

    /// <summary>Null unless <see cref="LaunchSpec.RedirectStandardInput"/> was set.</summary>
    public abstract Stream? StandardInput { get; }

    /// <summary>
    /// How it ended; null while it runs. The call does not collect the child, so its pid, which is also the id of its group and session,
    /// is not reused before <see cref="Collect"/>. Other code may collect it: see <see cref="ProcessHandle.HoldsPid"/>.
    /// </summary>
    public abstract ExitStatus? PeekExit();

    /// <summary>
    /// The CPU time of the exited child and of the descendants that were waited for; null while it runs, after <see cref="Collect"/>, and
    /// where the system does not say.
    /// </summary>
    public virtual TimeSpan? PeekCpuTime() => null;

    /// <summary>
    /// For a start that fails after the launch: kills the child, its group and its container, waits up to a second for its exit, collects
    /// it and closes its pipes, except for taken output. Needs no thread, descriptor or process, and never throws.
    /// </summary>
    public abstract void Kill();

    /// <summary>Collects the exited child from the kernel. Does nothing while it runs.</summary>
    public abstract void Collect();
}

/// <summary>How a process ended; the code is 128 + n after signal n, null if other code collected the process first.</summary>
internal readonly record struct ExitStatus(int? Code, int? Signal)
{
    public override string ToString() => (Code, Signal) switch
    {
        (_, int signal) => $"was killed by signal {signal}",
        (int code, _) => $"exited with code {code}",
        _ => "exited with an unknown code",
    };
}
