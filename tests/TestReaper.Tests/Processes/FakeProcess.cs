using TestReaper.Platform;

namespace TestReaper.Tests.Processes;

/// <summary>One process of a <see cref="FakePlatform"/>. Tests change it between scans.</summary>
internal sealed class FakeProcess(int pid, ulong start)
{
    public ProcessIdentity Identity { get; } = new(pid, start);

    public int Pid => Identity.Pid;

    public int Parent { get; set; } = 1;

    public int Group { get; set; } = FakePlatform.HostGroup;

    public int Session { get; set; } = FakePlatform.HostSession;

    public char State { get; set; } = 'S';

    public int Threads { get; set; } = 1;

    /// <summary>The scopes in TESTREAPER_SCOPE. Null means that the environment cannot be read.</summary>
    public string[]? Scopes { get; set; } = [];

    /// <summary>The process is listed but cannot be read: it has just died, or it belongs to another user.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>The inode of its directory in /proc, which is the key of the cache. 0 means that it is not cached.</summary>
    public ulong Inode { get; set; }

    /// <summary>The number of captures that have read it.</summary>
    public int Reads { get; set; }

    /// <summary>Its memory is locked, so reads of its environment block.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>SIGKILL has no effect.</summary>
    public bool IsImmortal { get; set; }

    /// <summary>Signals to it fail with EPERM.</summary>
    public bool IsForeign { get; set; }

    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; set; } = [];

    public string CommandLine { get; set; } = $"process-{pid}";

    /// <summary>Changes with each exec; 0 means that it is unknown.</summary>
    public ulong Image { get; set; }

    public string? WaitChannel { get; set; }

    public long ResidentPages { get; set; } = 1;

    public TimeSpan CpuTime { get; set; }

    /// <summary>In bytes; null means that it cannot be read.</summary>
    public long? PeakResident { get; set; }

    public List<int> Signals { get; } = [];

    public ProcessEntry Entry =>
        new(Identity, Parent, Group, Session, State, Threads, ResidentPages) { Image = Image, CpuTime = CpuTime };

    public void Die() => (State, Threads, Scopes) = ('Z', 1, null);

    public SignalOutcome Take(int signal)
    {
        if (Entry.IsGone)
        {
            return SignalOutcome.Sent; // the kernel accepts signals to a zombie
        }

        if (IsForeign)
        {
            return SignalOutcome.Denied;
        }

        Signals.Add(signal);
        if (signal == FakePlatform.Kill && !IsImmortal)
        {
            Die();
        }

        return SignalOutcome.Sent;
    }
}
