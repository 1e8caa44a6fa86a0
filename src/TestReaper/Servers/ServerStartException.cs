namespace TestReaper;

/// <summary>A server did not start or did not become ready. Everything that it started is reaped before this is thrown, unless the
/// message says that it could not be, or TESTREAPER_KEEP leaves it running.</summary>
public class ServerStartException : Exception
{
    // Created by StartFailure only, which words all of them.
    internal ServerStartException(
        string message, string commandLine, int? exitCode = null, string outputTail = "", Exception? innerException = null)
        : base(message, innerException)
    {
        CommandLine = commandLine;
        ExitCode = exitCode;
        OutputTail = outputTail;
    }

    /// <summary>The command line, secrets masked.</summary>
    public string CommandLine { get; }

    /// <summary>The exit code, 128 + n after signal n; null if it was never started or was still running.</summary>
    public int? ExitCode { get; }

    /// <summary>
    /// What the server did when it was not ready in time (<see cref="ServerProcessOptions.FlightRecorder"/>); null if nothing was recorded.
    /// Secrets are masked.
    /// </summary>
    public string? StacksFile { get; internal init; }

    /// <summary>The last lines that it wrote, secrets masked; empty if it wrote nothing.</summary>
    public string OutputTail { get; }

    /// <summary>
    /// Why it failed, as far as its output, its exit and the system show; its kind is <see cref="FailureKind.Unknown"/> if they show
    /// nothing. Null for a server that was attached to, for a step of a fixture that failed while the server ran, and if no process was
    /// started, unless that was because another process holds the port.
    /// </summary>
    public FailureCause? Cause { get; internal init; }
}
