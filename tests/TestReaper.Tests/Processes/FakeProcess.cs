using TestReaper.Platform;

namespace TestReaper.Tests.Processes;

/// <summary>One process of a <see cref="FakePlatform"/>; change it between the looks.</summary>
internal sealed class FakeProcess(int pid, ulong start)
{
    public ProcessIdentity Identity { get; } = new(pid, start);

    public int Pid => Identity.Pid;

    public int Parent { get; set; } = 1;

    public int Group { get; set; } = FakePlatform.HostGroup;

    public int Session { get; set; } = FakePlatform.HostSession;

    public char State { get; set; } = 'S';

    public int Threads { get; set; } = 1;

    /// <summary>What TESTREAPER_SCOPE holds; null where the environment gives no answer.</summary>
    public string[]? Scopes { get; set; } = [];

    /// <summary>Listed, but not to be read: it died just then, or belongs to somebody else.</summary>
    public bool IsUnreadable { get; set; }

    /// <summary>The number of its directory entry, by which it can be remembered; 0 for none.</summary>
    public ulong Inode { get; set; }

    /// <summary>How often a capture has read it.</summary>
    public int Reads { get; set; }

    /// <summary>Its memory is locked: the kernel does not answer.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>SIGKILL stays without effect.</summary>
    public bool IsImmortal { get; set; }

    /// <summary>Signals are refused.</summary>
    public bool IsForeign { get; set; }

    public string CommandLine { get; set; } = $"process-{pid}";

    public string? WaitChannel { get; set; }

    public List<int> Signals { get; } = [];

    public ProcessEntry Entry => new(Identity, Parent, Group, Session, State, Threads, ResidentPages: 1);

    public void Die() => (State, Threads, Scopes) = ('Z', 1, null);

    public SignalOutcome Take(int signal)
    {
        if (Entry.IsGone)
        {
            return SignalOutcome.Gone;
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
