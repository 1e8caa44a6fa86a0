using TestReaper.Servers.Recording;

namespace TestReaper;

/// <summary>
/// Processes outlived the test class that started them, or the memory of a GPU that they used did not come back. The processes were
/// killed, unless the message says otherwise.
/// </summary>
public class ProcessLeakException : Exception
{
    internal ProcessLeakException(string message, IReadOnlyList<LeakedProcess> processes)
        : base(message) => Processes = processes;

    /// <summary>The processes, as they were before the kill. Empty if only the memory of a GPU is left.</summary>
    public IReadOnlyList<LeakedProcess> Processes { get; }

    /// <summary>The file with what the processes did before the kill, secrets masked; null if nothing was recorded.</summary>
    public string? StacksFile { get; internal init; }

    /// <summary>The files of the recording that exist: <see cref="StacksFile"/>, then minidumps. Empty if nothing was recorded.</summary>
    public IReadOnlyList<string> Recordings => RecordingFiles.Of(StacksFile);
}
