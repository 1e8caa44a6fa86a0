using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.CrashProtection;

/// <summary>One scope that the watchdog and the ledger have: its cgroup, its processes and its shared memory.</summary>
internal sealed class ProtectedScope(ProtectedScopes all, string scope, string? container, bool isLaunched)
{
    // A server that creates many short-lived objects must not fill the ledger.
    private const int MostObjects = 1000;
    private readonly List<string> _lines = [$"add {scope} {container ?? "-"}"];
    private int _objects;

    public string Scope { get; } = scope;

    /// <summary>Whether it was added and has not started yet.</summary>
    public bool IsLaunching { get; private set; } = isLaunched;

    /// <summary>All lines for a new watchdog. Called under the lock of <see cref="ProtectedScopes"/>.</summary>
    public string Lines => string.Join('\n', _lines);

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
        IsLaunching &= isRecorded;
        _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{(isRecorded ? "root" : "group")} {Scope} {root.Pid} {root.StartTime}"));
        return _lines[^1];
    }

    /// <summary>Called under the same lock. The line is null if only the sweep can remove the object.</summary>
    /// <returns>False if the scope has too many objects.</returns>
    internal bool TryKeepMemory(SharedMemoryObject item, out string? line)
    {
        line = _objects < MostObjects ? ProtectedMemory.ToLine(Scope, item) : null;
        if (line is not null)
        {
            _lines.Add(line);
        }

        return _objects++ < MostObjects;
    }
}
