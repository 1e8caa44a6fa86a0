using System.Globalization;
using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.CrashProtection;

/// <summary>One server as those know it who clean up after a dead host.</summary>
internal sealed class ProtectedScope(ProtectedScopes guard, string scope, string? container, bool isLaunched)
{
    private readonly List<ProcessIdentity> _recorded = [];
    private readonly ProtectedMemory _memory = new(scope);
    private ProcessIdentity? _root;

    public string Scope { get; } = scope;

    /// <summary>Whether it was announced and nothing was heard of it since.</summary>
    public bool IsLaunching { get; private set; } = isLaunched;

    /// <summary>The lines that the watchdog gets. Read under the lock of the guard.</summary>
    public IReadOnlyList<string> Lines =>
    [
        $"add {Scope} {container ?? "-"}",
        .. _root is { } root ? [Line("group", root)] : (string[])[],
        .. _recorded.Select(recorded => Line("root", recorded)),
        .. _memory.Lines,
    ];

    /// <summary>It has started, as the founder of a session and a group.</summary>
    public void Started(ProcessIdentity root) => guard.Tell(this, root, isRecorded: false);

    /// <summary>A process that was started without this, perhaps without the scope, is of it as well, with all below it.</summary>
    public void AddRoot(ProcessIdentity root) => guard.Tell(this, root, isRecorded: true);

    /// <summary>It has made something in shared memory, which stays when its processes are dead.</summary>
    public void AddMemory(FoundMemory found)
    {
        if (found.IsCertain)
        {
            guard.Tell(this, found.Item);
        }
    }

    /// <summary>Nothing is left of it, or it is to live on.</summary>
    public void Release() => guard.Release(this);

    /// <summary>Called under the lock of the guard.</summary>
    /// <returns>The line for the watchdog.</returns>
    internal string Learn(ProcessIdentity root, bool isRecorded)
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

    /// <summary>Called under the lock of the guard.</summary>
    /// <returns>The line for the watchdog, null if the sweep alone can deal with it, and whether it is to be written down.</returns>
    internal (string? Line, bool IsNew) Learn(SharedMemoryObject item) => _memory.Add(item);

    private string Line(string verb, ProcessIdentity process) =>
        string.Create(CultureInfo.InvariantCulture, $"{verb} {Scope} {process.Pid} {process.StartTime}");
}
