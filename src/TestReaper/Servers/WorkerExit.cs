namespace TestReaper;

/// <summary>The end of a process of a server's tree, other than its root.</summary>
public sealed record WorkerExit
{
    /// <summary>The process id. The kernel may give it to another process by now.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The command line, secrets masked; empty if it could not be read while the process ran.</summary>
    public required string CommandLine { get; init; }

    /// <summary>
    /// The exit code, 128 + n after signal n; null if unknown. Before Linux 6.15 the kernel keeps it only until the parent has collected
    /// the process (PIDFD_GET_INFO, https://man7.org/linux/man-pages/man2/pidfd_open.2.html).
    /// </summary>
    public int? ExitCode { get; init; }

    /// <summary>The number of the signal that killed it; null if it exited by itself, or if that is unknown.</summary>
    public int? Signal { get; init; }

    /// <summary>When its end was noticed; usually a few milliseconds after it happened.</summary>
    public DateTimeOffset At { get; init; }
}
