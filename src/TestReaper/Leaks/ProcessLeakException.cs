namespace TestReaper;

/// <summary>Processes outlived the test class that started them. They have been killed, unless the message says otherwise.</summary>
public class ProcessLeakException : Exception
{
    internal ProcessLeakException(string message, IReadOnlyList<LeakedProcess> processes)
        : base(message) => Processes = processes;

    /// <summary>The processes, as they were before they were killed.</summary>
    public IReadOnlyList<LeakedProcess> Processes { get; }
}
