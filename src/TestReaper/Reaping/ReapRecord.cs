using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>What one reap did to each member of the tree: when it was gone, whether it was killed, whether the kill was denied.</summary>
internal sealed class ReapRecord(TreeTracker tree, TimeProvider time)
{
    private readonly ReapClock _clock = new(time);
    private readonly Dictionary<ProcessIdentity, Entry> _entries = [];
    private readonly List<TreeMember> _living = [];
    private readonly Dictionary<string, string> _masked = [];
    private TimeSpan? _firstSignalAt;

    public IReadOnlyList<TreeMember> Living => _living;

    public int GoneCount { get; private set; }

    public int Count => _entries.Count;

    /// <summary>Members without a pidfd: this process ran out of descriptors, or the kernel returned an error for them.</summary>
    public int PolledCount => _entries.Values.Count(entry => entry.Member.Handle.IsPolled);

    /// <summary>Copies the result of the last scan from the tree.</summary>
    public void Update()
    {
        _living.Clear();
        foreach (var member in tree.Members)
        {
            if (!_entries.TryGetValue(member.Identity, out var entry))
            {
                _entries.Add(member.Identity, entry = new Entry(member));
            }

            if (!member.IsGone)
            {
                _living.Add(member);
                UpdateCommandLine(member);
            }
            else if (entry.GoneAt is null)
            {
                entry.GoneAt = _clock.Now;
                GoneCount++;
            }
        }
    }

    /// <summary>Starts the clock for <see cref="ReapedProcess.Elapsed"/>, with the first signal of the reap.</summary>
    public void AddSignal() => _firstSignalAt ??= _clock.Now;

    /// <summary>Records the SIGKILL to one process. If a call that kills many came before, "already gone" counts as killed.</summary>
    public void AddKill(TreeMember member, SignalOutcome outcome, bool inOneCall)
    {
        AddSignal();
        var entry = _entries[member.Identity];
        entry.WasKilled |= outcome == SignalOutcome.Sent || (inOneCall && outcome == SignalOutcome.Gone);
        entry.WasDenied = outcome == SignalOutcome.Denied;
    }

    public bool WasDenied(TreeMember member) => _entries[member.Identity].WasDenied;

    /// <summary>The members that are gone, roots first.</summary>
    public IReadOnlyList<ReapedProcess> ListGone() =>
    [
        .. _entries.Values
            .Where(entry => entry.GoneAt is not null)
            .OrderBy(entry => !entry.Member.IsRoot)
            .ThenBy(entry => entry.Member.Identity.StartTime)
            .ThenBy(entry => entry.Member.Identity.Pid)
            .Select(ToReaped),
    ];

    private ReapedProcess ToReaped(Entry entry) => new()
    {
        ProcessId = entry.Member.Identity.Pid,
        ParentProcessId = entry.Member.ParentPid,
        CommandLine = entry.Member.CommandLine,
        FoundBy = entry.Member.FoundBy,
        WasKilled = entry.WasKilled,
        Elapsed = _firstSignalAt is { } signalled && entry.GoneAt > signalled ? entry.GoneAt.Value - signalled : TimeSpan.Zero,
    };

    // A child between fork and exec shows its parent's command line: the last value read wins. The workers of a pool share one.
    private void UpdateCommandLine(TreeMember member)
    {
        if (member.LastCommandLine is { Length: > 0 } commandLine)
        {
            ref var masked = ref CollectionsMarshal.GetValueRefOrAddDefault(_masked, commandLine, out _);
            member.CommandLine = masked ??= tree.Mask.MaskArguments(commandLine.Split('\0'));
        }
    }

    private sealed class Entry(TreeMember member)
    {
        public TreeMember Member { get; } = member;

        public TimeSpan? GoneAt { get; set; }

        public bool WasKilled { get; set; }

        public bool WasDenied { get; set; }
    }
}
