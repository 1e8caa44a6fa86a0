namespace TestReaper.Platform;

/// <summary>The operating system refused to start a program; the message says why and how to mend it.</summary>
internal sealed class LaunchException(string message) : Exception(message);
