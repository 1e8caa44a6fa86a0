namespace TestReaper.Platform;

/// <summary>The operating system refused to start a program; the message says why and what to do about it.</summary>
internal sealed class LaunchException(string message) : Exception(message)
{
    /// <summary>Whether the program file is open for writing: often only in a process between fork and exec, for a moment.</summary>
    public bool IsBusy { get; init; }
}
