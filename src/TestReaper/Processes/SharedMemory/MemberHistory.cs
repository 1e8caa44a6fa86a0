using TestReaper.Platform;

namespace TestReaper.Processes.SharedMemory;

/// <summary>All members that a tree has had: an object may name a creator that has exited.</summary>
internal sealed class MemberHistory(IProcessPlatform platform)
{
    // Times of System V segments are whole seconds, and the wall clock may be adjusted.
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    // More than a server starts in a day. Limits the memory that a fork bomb costs.
    private const int Most = 100_000;
    private readonly Dictionary<int, Life> _lives = [];

    public void Record(IReadOnlyList<TreeMember> members)
    {
        var now = DateTimeOffset.UtcNow;
        foreach (var member in members)
        {
            var pid = member.Identity.Pid;
            if (!_lives.TryGetValue(pid, out var life) || life.Identity != member.Identity)
            {
                if (_lives.Count >= Most)
                {
                    continue;
                }

                life = new Life(member.Identity, StartMoment.From(member.Identity, platform).Earliest);
                _lives[pid] = life;
            }

            if (!member.IsGone)
            {
                life.LastSeen = now;
                life.Name ??= platform.Processes.ShortName(pid);
            }
        }
    }

    /// <summary>The pid that the object names as its creator, if a member had that pid at the time when the object was made.</summary>
    public int? CreatorOf(SharedMemoryObject item) =>
        item is { Creator: { } pid, Born: { } born } && _lives.TryGetValue(pid, out var life)
        && born >= life.Start - Tolerance && born <= life.LastSeen + Tolerance
            ? pid
            : null;

    /// <summary>Whether the process that created the object is alive, or may be: its pid may belong to a later process.</summary>
    public bool MayCreatorLive(SharedMemoryObject item) => item.Creator is { } pid && platform.Processes.TryRead(pid, out var entry) switch
    {
        ReadOutcome.Read => !entry.IsGone && !(item.Born + Tolerance < StartMoment.From(entry.Identity, platform).Earliest),
        var outcome => outcome != ReadOutcome.Absent,
    };

    /// <summary>The current name, because between fork and exec a process has the name of its parent; else the last known name.</summary>
    public string? NameOf(int pid)
    {
        if (!_lives.TryGetValue(pid, out var life))
        {
            return null;
        }

        return platform.Processes.TryRead(pid, out var entry) == ReadOutcome.Read && entry.Identity == life.Identity
            ? platform.Processes.ShortName(pid) ?? life.Name
            : life.Name;
    }

    private sealed record Life(ProcessIdentity Identity, DateTimeOffset Start)
    {
        public DateTimeOffset LastSeen { get; set; } = Start;

        public string? Name { get; set; }
    }
}
