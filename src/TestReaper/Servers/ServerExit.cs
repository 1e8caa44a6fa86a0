namespace TestReaper;

/// <summary>How and when the root of a server ended.</summary>
public sealed record ServerExit
{
    /// <summary>The exit code, 128 + n after signal n; null if other code collected the process and the kernel no longer has it.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The number of the signal that killed it; null if it exited by itself, or if that is unknown.</summary>
    public int? Signal { get; init; }

    /// <summary>
    /// Whether it ended because of a reap: after <see cref="ServerProcess.ReapAsync"/>, a restart, or the stop of its fixture began.
    /// </summary>
    public bool WasReaped { get; init; }

    /// <summary>When its end was noticed; a few milliseconds after it happened.</summary>
    public DateTimeOffset At { get; init; }
}
