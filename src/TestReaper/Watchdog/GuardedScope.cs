using System.Globalization;
using TestReaper.Processes;

namespace TestReaper.Watchdog;

/// <summary>One server as those know it who clean up after a dead host.</summary>
internal sealed class GuardedScope(HostGuard guard, string scope, string? container, bool isLaunched)
{
    private ProcessIdentity? _root;

    public string Scope { get; } = scope;

    /// <summary>Whether it was announced and nothing was heard of it since.</summary>
    public bool IsLaunching { get; private set; } = isLaunched;

    /// <summary>What the watchdog has to be told.</summary>
    public IReadOnlyList<string> Lines => _root is { } root
        ? [$"add {Scope} {container ?? "-"}", string.Create(CultureInfo.InvariantCulture, $"group {Scope} {root.Pid} {root.StartTime}")]
        : [$"add {Scope} {container ?? "-"}"];

    /// <summary>It has started, as the founder of a session and a group.</summary>
    public void Started(ProcessIdentity root)
    {
        _root = root;
        IsLaunching = false;
        guard.Started(this, root);
    }

    /// <summary>Nothing is left of it, or it is to live on.</summary>
    public void Release() => guard.Release(this);
}
