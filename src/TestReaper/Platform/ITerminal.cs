namespace TestReaper.Platform;

/// <summary>The terminal and the standard streams of this process.</summary>
internal interface ITerminal
{
    /// <summary>Whether this process is in the foreground of a terminal: Ctrl+C reaches all processes there.</summary>
    bool IsInForeground { get; }

    /// <summary>Makes processes that start from now on write their standard output to the standard error of this process.</summary>
    /// <exception cref="IOException">The system refuses.</exception>
    void SendChildOutputToError();
}
