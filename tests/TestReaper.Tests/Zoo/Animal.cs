using System.Runtime.Versioning;
using TestReaper.Platform.Linux.Containers;

namespace TestReaper.Tests.Zoo;

/// <summary>One row of the escape table in zoo.c: one way for a process to leave its tree.</summary>
/// <param name="Name">The name in zoo.c.</param>
/// <param name="Entries">The number of processes that register themselves.</param>
[SupportedOSPlatform("linux")]
public sealed record Animal(string Name, int Entries = 2)
{
    public static IReadOnlyList<Animal> Each { get; } =
    [
        new("plain"),
        new("ignores-sigterm"),
        new("stopped"),
        new("vfork"),
        new("hostile-name"),
        new("pid-namespace", 3) { NeedsRoot = true },
        new("other-user") { NeedsRoot = true },
        new("undumpable"),
        new("undumpable-session"),
        new("setpgid"),
        new("setsid"),
        new("daemon"),
        new("daemon-empty-environment"),
        new("late-daemon-empty-environment"),
        new("shell-orphan"),
        new("dead-middle"),
        new("dead-root", 1),
        new("exec-empty-environment"),
        new("overwritten-environment"),
        new("clone-parent"),
        new("other-cgroup") { NeedsRoot = true },
        new("traced"),
        new("headless-child"),
    ];

    /// <summary>Animals that fork until they are stopped. All processes of a bomb hold one lock.</summary>
    public static IReadOnlyList<Animal> Bombs { get; } =
    [
        .. new[] { "exponential", "spawner", "hopper", "session-hopper" }.Select(name => new Animal(name, 1) { IsBomb = true }),
    ];

    public bool NeedsRoot { get; private init; }

    public bool IsBomb { get; private init; }

    /// <summary>The arguments after the registry.</summary>
    public string[] Arguments => Name switch
    {
        "other-cgroup" => [Path.Combine(CGroupMount.OwnDirectory()!, "cgroup.procs")],
        "hopper" or "session-hopper" => ["30000"],
        "exponential" or "spawner" => ["300"],
        _ => [],
    };

    /// <summary>Whether this set of layers always finds every process of the animal.</summary>
    public bool IsContainedBy(LayerSet layers) => Name switch
    {
        // Nothing connects the daemon to its tree before the first scan, except what the kernel records.
        "daemon-empty-environment" => layers.HasCGroup || layers.HasSubreaper,

        // Undumpable processes are invisible with hidepid=2.
        "undumpable-session" => !layers.HidesPids,
        _ => true,
    };

    public static Animal Of(string name) => Each.Concat(Bombs).Single(animal => animal.Name == name);

    public override string ToString() => Name;
}
