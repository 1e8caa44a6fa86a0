namespace TestReaper.Platform;

/// <summary>Finds the containers of launches. On Linux a container is a cgroup.</summary>
internal interface IProcessContainers
{
    /// <summary>
    /// Whether the system kills what is in a container when this process ends, however it ends. Then no watchdog is needed.
    /// </summary>
    bool EndWithHost => false;

    /// <summary>
    /// Creates a container for processes that run already; null where there is none for them. What they started before may escape it.
    /// </summary>
    IProcessContainer? CreateForRunning() => null;

    /// <summary>The directory of the container that a launch in this scope will have; null if there will be none.</summary>
    string? PathOf(string scope);

    /// <summary>The container of an earlier launch in this scope; null if the path is not such a container or no longer exists.</summary>
    IProcessContainer? Find(string path, string scope);

    /// <summary>The empty containers of launches by this user that are older than an age, each with its scope.</summary>
    IReadOnlyList<(string Scope, IProcessContainer Container)> FindEmpty(TimeSpan age);

    /// <summary>The scopes whose containers a process is in, outermost first.</summary>
    IReadOnlyList<string> ScopesOf(int pid);
}

/// <summary>A kernel object that holds a tree: what a process in it forks is in it as well.</summary>
internal interface IProcessContainer
{
    /// <summary>The name of its kind, for the report.</summary>
    string Name { get; }

    /// <summary>What can leave it without a trace, as a clause for the report.</summary>
    string Escape => "what moves itself to another cgroup and leaves its parent, session and environment can escape";

    /// <summary>The pids that are in it now.</summary>
    IReadOnlyCollection<int> Processes();

    /// <summary>Kills all processes in it at once.</summary>
    void Kill();

    /// <summary>Whether a living process is in it, including ones that cannot be seen from here.</summary>
    bool IsPopulated();

    /// <summary>What its processes have used since it was created, including those that are gone.</summary>
    ContainerUsage ReadUsage();

    /// <summary>Adds a process that runs already; what it has started before is not added.</summary>
    /// <returns>False if the system refuses, or if it cannot add processes.</returns>
    bool TryAdd(ProcessIdentity process) => false;

    /// <summary>Lets its processes outlive this process, where they would not.</summary>
    void LeaveRunning()
    {
    }

    /// <summary>Removes it; false while a process is in it.</summary>
    bool TryRemove();
}

/// <summary>What the processes of a container have used; null for what the kernel does not count there.</summary>
/// <param name="PeakMemory">In bytes, with the page cache that is charged to it.</param>
/// <param name="CpuTime">Of all its processes together.</param>
internal readonly record struct ContainerUsage(long? PeakMemory, TimeSpan? CpuTime);
