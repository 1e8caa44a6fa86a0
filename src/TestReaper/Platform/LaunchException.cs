namespace TestReaper.Platform;

/// <summary>The operating system refused to start a program; the message says why and what to do about it.</summary>
internal sealed class LaunchException(string message) : Exception(message)
{
    /// <summary>The program is open for writing: in another one that is between fork and exec, often, and soon no longer.</summary>
    public bool IsBusy { get; init; }
}
