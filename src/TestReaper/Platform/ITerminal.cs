namespace TestReaper.Platform;

/// <summary>The terminal and the standard streams of this process.</summary>
internal interface ITerminal
{
    /// <summary>Whether this process is in the foreground of a terminal, whose Ctrl+C reaches all processes of the foreground.</summary>
    bool IsInForeground { get; }

    /// <summary>Processes that are started from now on write their standard output to the standard error of this process.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    void SendChildOutputToError();
}
