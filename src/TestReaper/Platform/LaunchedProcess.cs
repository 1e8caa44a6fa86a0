namespace TestReaper.Platform;

/// <summary>A child that the platform started, and the ends of its pipes.</summary>
internal abstract class LaunchedProcess
{
    public abstract ProcessIdentity Identity { get; }

    public abstract Stream StandardOutput { get; }

    public abstract Stream StandardError { get; }

    /// <summary>Takes over both output streams, to be read by one thread that waits in the kernel.</summary>
    public abstract OutputPipes TakeOutput();

    /// <summary>What holds its tree together.</summary>
    public abstract Containment Containment { get; }

    /// <summary>Null unless it was asked for.</summary>
    public abstract Stream? StandardInput { get; }

    /// <summary>
    /// How it ended, or null while it runs. Reading it does not collect the child: by this, its pid, and with it the id of its group
    /// and session, is not free before <see cref="Collect"/>. Others may collect it: ask <see cref="ProcessHandle.HoldsPid"/>.
    /// </summary>
    public abstract ExitStatus? PeekExit();

    /// <summary>
    /// For a start that fails after the launch: kills it, its group and its container, waits for its end for up to a second, collects
    /// it and closes its pipes. Needs no thread, no descriptor and no process; throws nothing.
    /// </summary>
    public abstract void Kill();

    /// <summary>Collects the exited child from the kernel. Does nothing while it runs.</summary>
    public abstract void Collect();
}

/// <summary>How a process ended; the code is 128 + n after signal n, and null where another handler collected it first.</summary>
internal readonly record struct ExitStatus(int? Code, int? Signal)
{
    /// <summary>The words that follow "had".</summary>
    public string AfterHad => Signal is { } signal ? $"been killed by signal {signal}" : ToString();

    public override string ToString() => (Code, Signal) switch
    {
        (_, int signal) => $"was killed by signal {signal}",
        (int code, _) => $"exited with code {code}",
        _ => "exited with an unknown code",
    };
}
