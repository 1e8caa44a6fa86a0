using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>
/// Decides which members of a tree live on with everything below them. A member is spared if the rule names it, if its nearest
/// marked ancestor is spared, or if it is in a session that a spared one founded. A verdict is kept: it stays true when the parent
/// dies. A root is never spared: it is what the caller asked to reap.
/// </summary>
/// <remarks>
/// A daemon that a spared process forks twice between two scans without a session of its own has no trace that leads to it, and
/// counts as the tree's.
/// </remarks>
internal sealed class SparedSubtrees
{
    private readonly HashSet<int> _sessions = [];
    private readonly Dictionary<ProcessIdentity, bool> _verdicts = [];
    private readonly List<TreeMember> _path = [];

    /// <summary>Names the tops; null spares none.</summary>
    public Func<ProcessEntry, bool>? Rule { get; set; }

    /// <summary>A rule for names as in <see cref="ReapOptions.Spare"/>; null for none.</summary>
    public static Func<ProcessEntry, bool>? ByName(IProcessPlatform platform, IReadOnlyList<string> names) => names.Count == 0
        ? null
        : entry => ProgramNames.Match(CommandLineWords.Resplit(platform.Processes.Arguments(entry.Pid)), platform.Processes.ExecutablePath(entry.Pid), names);

    /// <summary>Marks the members that the snapshot shows.</summary>
    public void Mark(ProcessSnapshot snapshot, IReadOnlyDictionary<ProcessIdentity, TreeMember> members)
    {
        if (Rule is null)
        {
            return;
        }

        _verdicts.Clear();
        FindSessions(snapshot, members);
        foreach (var entry in snapshot.Entries)
        {
            if (!entry.IsGone && members.TryGetValue(entry.Identity, out var member) && !member.IsSparedWithAllBelow)
            {
                member.IsSparedWithAllBelow = Decide(entry, member, snapshot, members);
            }
        }
    }

    // Climbs to the nearest ancestor with a verdict, which is that of all on the way.
    private bool Decide(
        ProcessEntry entry, TreeMember member, ProcessSnapshot snapshot, IReadOnlyDictionary<ProcessIdentity, TreeMember> members)
    {
        _path.Clear();
        bool verdict;
        while (!_verdicts.TryGetValue(member.Identity, out verdict))
        {
            verdict = member.IsSparedWithAllBelow || (!member.IsRoot && (_sessions.Contains(entry.SessionId) || Rule!(entry)));
            _path.Add(member);
            _verdicts[member.Identity] = verdict;
            if (verdict || member.IsRoot || !IsChildOfMember(ref entry, snapshot, members, out var parent))
            {
                break;
            }

            member = parent;
        }

        foreach (var passed in _path)
        {
            _verdicts[passed.Identity] = verdict;
        }

        return verdict;
    }

    // A parent that is younger than its child got the pid of the real one.
    private static bool IsChildOfMember(
        ref ProcessEntry entry, ProcessSnapshot snapshot, IReadOnlyDictionary<ProcessIdentity, TreeMember> members, out TreeMember parent)
    {
        parent = null!;
        if (!snapshot.TryGet(entry.ParentPid, out var above) || above.Identity.StartTime > entry.Identity.StartTime
            || !members.TryGetValue(above.Identity, out var known))
        {
            return false;
        }

        (entry, parent) = (above, known);
        return true;
    }

    // A session stays theirs while a spared member is in it; after that its number may name another one.
    private void FindSessions(ProcessSnapshot snapshot, IReadOnlyDictionary<ProcessIdentity, TreeMember> members)
    {
        var held = new HashSet<int>();
        foreach (var entry in snapshot.Entries)
        {
            if (members.TryGetValue(entry.Identity, out var member) && member.IsSparedWithAllBelow
                && (entry.SessionId == entry.Pid || _sessions.Contains(entry.SessionId)))
            {
                held.Add(entry.SessionId);
            }
        }

        _sessions.Clear();
        _sessions.UnionWith(held);
    }
}
