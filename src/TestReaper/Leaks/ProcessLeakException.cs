namespace TestReaper;

/// <summary>Processes outlived the test class that started them. They were killed, unless the message says otherwise.</summary>
public class ProcessLeakException : Exception
{
    internal ProcessLeakException(string message, IReadOnlyList<LeakedProcess> processes)
        : base(message) => Processes = processes;

    /// <summary>The processes, as they were before the kill.</summary>
    public IReadOnlyList<LeakedProcess> Processes { get; }
}
