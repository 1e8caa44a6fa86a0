namespace TestReaper.Platform;

/// <summary>
/// All that TestReaper asks of an operating system. To support another one, implement each role in a folder beside <c>Linux/</c>
/// and add the system to <see cref="ProcessPlatform"/>. No other code knows which system it runs on.
/// </summary>
internal interface IProcessPlatform
{
    /// <summary>Reads which processes run and what they are.</summary>
    IProcessTable Processes { get; }

    /// <summary>Reads the marks that tell which tree a process belongs to.</summary>
    IProcessMarks Marks { get; }

    /// <summary>Signals processes and waits for their exits.</summary>
    IProcessControl Control { get; }

    /// <summary>Tells started children from adopted ones.</summary>
    IChildProcesses Children { get; }

    /// <summary>Starts servers and helpers.</summary>
    IProcessLauncher Launcher { get; }

    /// <summary>Finds the containers (on Linux: cgroups) of launches.</summary>
    IProcessContainers Containers { get; }

    /// <summary>Finds who listens where.</summary>
    ISocketTable Sockets { get; }

    /// <summary>Locks files and checks who can access them.</summary>
    ILocalFiles Files { get; }

    /// <summary>Finds and removes shared memory; null where this is not supported.</summary>
    ISharedMemory? SharedMemory { get; }

    /// <summary>The terminal and the standard streams of this process.</summary>
    ITerminal Terminal { get; }
}
