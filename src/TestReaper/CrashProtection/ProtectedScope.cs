using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.CrashProtection;

/// <summary>One scope that the watchdog and the ledger have: its cgroup, its processes and its shared memory.</summary>
internal sealed class ProtectedScope(ProtectedScopes all, string scope, string? container, bool isLaunched)
{
    private readonly List<ProcessIdentity> _recorded = [];
    private readonly ProtectedMemory _memory = new(scope);
    private ProcessIdentity? _root;

    public string Scope { get; } = scope;

    /// <summary>Whether it was added and has not started yet.</summary>
    public bool IsLaunching { get; private set; } = isLaunched;

    /// <summary>All lines for a new watchdog. Called under the lock of <see cref="ProtectedScopes"/>.</summary>
    public IReadOnlyList<string> Lines =>
    [
        $"add {Scope} {container ?? "-"}",
        .. _root is { } root ? [Line("group", root)] : (string[])[],
        .. _recorded.Select(recorded => Line("root", recorded)),
        .. _memory.Lines,
    ];

    /// <summary>Adds the root that was started, the leader of a session and a process group.</summary>
    public void Started(ProcessIdentity root) => all.AddRoot(this, root, isRecorded: false);

    /// <summary>Adds a recorded process, which may lack the scope id. Its descendants belong to the scope, too.</summary>
    public void AddRoot(ProcessIdentity root) => all.AddRoot(this, root, isRecorded: true);

    /// <summary>Adds an object in shared memory, which outlives the processes.</summary>
    public void AddMemory(FoundMemory found)
    {
        if (found.IsCertain)
        {
            all.AddMemory(this, found.Item);
        }
    }

    /// <summary>Removes the scope: nothing of it is left, or the server is left running on purpose.</summary>
    public void Remove() => all.Remove(this);

    /// <summary>Called under the lock of <see cref="ProtectedScopes"/>.</summary>
    /// <returns>The line for the watchdog.</returns>
    internal string KeepRoot(ProcessIdentity root, bool isRecorded)
    {
        if (isRecorded)
        {
            _recorded.Add(root);
            return Line("root", root);
        }

        _root = root;
        IsLaunching = false;
        return Line("group", root);
    }

    /// <summary>Called under the lock of <see cref="ProtectedScopes"/>.</summary>
    /// <returns>The line for the watchdog, null if only the sweep can remove the object, and whether to add it to the ledger.</returns>
    internal (string? Line, bool IsNew) KeepMemory(SharedMemoryObject item) => _memory.Add(item);

    private string Line(string verb, ProcessIdentity process) =>
        string.Create(CultureInfo.InvariantCulture, $"{verb} {Scope} {process.Pid} {process.StartTime}");
}
