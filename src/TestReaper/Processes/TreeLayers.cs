namespace TestReaper.Processes;

/// <summary>The names of what can tell that a process belongs to a tree. None of them finds all: the reaper takes the union.</summary>
internal static class TreeLayers
{
    /// <summary>Started or recorded by us.</summary>
    public const string Root = "root";

    /// <summary>Its parent is a living member. Misses what lost its parent before anybody looked.</summary>
    public const string Parent = "parent";

    /// <summary>In a process group that a member founded. Misses what called setpgid or setsid.</summary>
    public const string Group = "group";

    /// <summary>In a session that a member founded. Misses what called setsid.</summary>
    public const string Session = "session";

    /// <summary>In the cgroup of the launch. Misses only what root moved to another cgroup.</summary>
    public const string CGroup = "cgroup";

    /// <summary>An orphan that this process adopted as a subreaper while it ran no other tree.</summary>
    public const string Subreaper = "subreaper";

    /// <summary>Inherited our id in TESTREAPER_SCOPE. Misses what cleared its environment.</summary>
    public const string Scope = "scope";
}
