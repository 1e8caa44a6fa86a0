namespace TestReaper.Platform;

/// <summary>Starts servers, each in a session of its own, and the helpers of this process.</summary>
internal interface IProcessLauncher
{
    /// <summary>Begins work that makes the next launch faster, without waiting for it.</summary>
    void Prepare();

    /// <summary>Starts a program in a session of its own.</summary>
    /// <exception cref="LaunchException">The program cannot be started.</exception>
    LaunchedProcess Launch(LaunchSpec spec);

    /// <summary>Starts a program that works for this process and belongs to no tree.</summary>
    /// <exception cref="LaunchException">The program cannot be started.</exception>
    LaunchedProcess LaunchHelper(LaunchSpec spec);

    /// <summary>Takes over the standard input of a helper; writes to it never wait.</summary>
    INonBlockingPipe TakeInput(LaunchedProcess helper);

    /// <summary>Kills a helper. This process does not adopt its children, even if it adopts other orphans.</summary>
    void EndHelper(LaunchedProcess helper);

    /// <summary>The names of files that a program name without a directory may stand for, in the order of preference.</summary>
    IReadOnlyList<string> FileNamesOf(string program) => [program];

    /// <summary>Whether a path is a regular file that this user may execute.</summary>
    bool IsExecutable(string path);

    /// <summary>Why this user cannot reach or execute a path, as a sentence for a message; null if no reason is known.</summary>
    string? ExplainNoAccess(string path);

    /// <summary>
    /// Makes Process.Start give children the default action for SIGPIPE until the result is disposed. The runtime ignores the signal, and
    /// a child that inherits this does not end when it writes to a closed pipe. Null if nothing needs to be done.
    /// </summary>
    IDisposable? PassDefaultPipeSignal();
}

/// <summary>The write end of a pipe to a helper. No write waits.</summary>
internal interface INonBlockingPipe : IDisposable
{
    /// <summary>Writes as much as there is room for.</summary>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="IOException">The read end is closed.</exception>
    int TryWrite(ReadOnlySpan<byte> bytes);

    /// <summary>Waits until there is room or the read end is closed; false if neither happened within the limit.</summary>
    bool WaitUntilWritable(TimeSpan limit);
}
