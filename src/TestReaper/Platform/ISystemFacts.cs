namespace TestReaper.Platform;

/// <summary>What the system offers and limits, for users who ask why something is not verified or has failed. Only reads.</summary>
internal interface ISystemFacts
{
    /// <summary>The name and release of the kernel.</summary>
    string Kernel { get; }

    /// <summary>Whether this is the PID namespace in which all processes of the machine are visible; null if that cannot be read.</summary>
    bool? IsInitialPidNamespace { get; }

    /// <summary>Whether this is the IPC namespace of the machine; null if that cannot be read.</summary>
    bool? IsInitialIpcNamespace { get; }

    /// <summary>The type of the file system that is mounted at a directory; null if none is.</summary>
    string? FileSystemAt(string directory);

    /// <summary>A limit of this process; null if it cannot be read.</summary>
    ResourceLimit? Limit(LimitedResource resource);

    /// <summary>How many processes this process and its neighbours in a container may run; null if there is no such limit.</summary>
    ProcessBudget? ProcessBudget { get; }

    /// <summary>Whether the system kills all processes of this container at once.</summary>
    bool KillsAtOnce(IProcessContainer container);

    /// <summary>
    /// How many processes the system has killed for lack of memory: in the container of a server, if one is given, then in the containers
    /// of this process, then on the machine. Empty where it counts none.
    /// </summary>
    IReadOnlyList<MemoryKills> MemoryKillsOf(IProcessContainer? server);

    /// <summary>The room of the file system at a directory; null if it does not exist or does not answer in time.</summary>
    FileSystemSpace? SpaceAt(string directory);

    /// <summary>Which signal ended a process, also if a shell reports it as its exit code.</summary>
    FatalSignal SignalOf(ExitStatus? exit);
}

internal enum LimitedResource
{
    OpenFiles,
    Processes,
    LockedMemory,
}

/// <param name="Soft">The limit in force; null if there is none.</param>
/// <param name="Hard">How far the process may raise it; null if there is no limit.</param>
internal readonly record struct ResourceLimit(long? Soft, long? Hard);

/// <param name="Directory">The container with the fewest processes left.</param>
/// <param name="Max">Its limit.</param>
/// <param name="Used">How many of them run.</param>
internal readonly record struct ProcessBudget(string Directory, long Max, long Used);
