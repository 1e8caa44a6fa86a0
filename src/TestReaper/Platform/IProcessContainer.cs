namespace TestReaper.Platform;

/// <summary>A kernel object that holds a tree: what a process in it forks is in it as well.</summary>
internal interface IProcessContainer
{
    /// <summary>The name of its kind, for the report.</summary>
    string Name { get; }

    /// <summary>The pids that are in it now.</summary>
    IReadOnlyCollection<int> Processes();

    /// <summary>Kills all processes in it at once.</summary>
    void Kill();

    /// <summary>Whether a living process is in it, including ones that cannot be seen from here.</summary>
    bool IsPopulated();

    /// <summary>Removes it; false while a process is in it.</summary>
    bool TryRemove();
}
