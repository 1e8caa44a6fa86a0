namespace TestReaper;

/// <summary>
/// A server was used after its root had ended by itself. Thrown by the Server property of a fixture, unless
/// <see cref="ServerProcessOptions.MayExit"/> is set. The rest of its tree is reaped with the fixture.
/// </summary>
public sealed class ServerExitedException : Exception
{
    // Created by DeathText only, which words all of them.
    internal ServerExitedException(string message)
        : base(message)
    {
    }

    /// <summary>The process id of the root.</summary>
    public int ProcessId { get; internal init; }

    /// <summary>The command line, secrets masked.</summary>
    public string CommandLine { get; internal init; } = "";

    /// <summary>The exit code, 128 + n after signal n; null if it is unknown.</summary>
    public int? ExitCode { get; internal init; }

    /// <summary>The number of the signal that killed it; null if it exited by itself, or if that is unknown.</summary>
    public int? Signal { get; internal init; }

    /// <summary>Why it ended, as far as that can be found out; null if the search took too long.</summary>
    public FailureCause? Cause { get; internal init; }

    /// <summary>The last lines that it wrote, secrets masked; empty if it wrote nothing.</summary>
    public string OutputTail { get; internal init; } = "";

    /// <summary>The log file, which is kept; null if it could not be created.</summary>
    public string? LogFile { get; internal init; }
}
