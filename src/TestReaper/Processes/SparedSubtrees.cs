using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>
/// Decides which members of a tree stay alive with everything below them. A member is spared if the rule selects it, if its nearest
/// ancestor with a verdict is spared, or if it is in a session that a spared one founded. A verdict is kept, because parents die. The rule
/// is asked again after an exec. A root is never spared: it is what the caller asked to reap.
/// </summary>
/// <remarks>
/// A spared process may fork a daemon twice between two scans. Without a session of its own, no trace leads from that daemon to the
/// spared process, and it is reaped with the tree.
/// </remarks>
internal sealed class SparedSubtrees
{
    private const int MaxNotSelected = 10_000;
    private readonly Dictionary<ProcessIdentity, ulong> _selected = [], _notSelected = [];
    private readonly Dictionary<ProcessIdentity, bool> _verdicts = [];
    private readonly List<TreeMember> _path = [];
    private HashSet<int> _sessions = [];

    /// <summary>Selects the tops of the spared subtrees; null spares none.</summary>
    public Func<ProcessEntry, bool>? Rule { get; set; }

    /// <summary>A rule for names as in <see cref="ReapOptions.Spare"/>; null for none.</summary>
    public static Func<ProcessEntry, bool>? ByName(IProcessPlatform platform, IReadOnlyList<string> names) => names.Count == 0
        ? null
        : entry => ProgramNames.Match(
            CommandLineWords.Resplit(platform.Processes.Arguments(entry.Pid)), platform.Processes.ExecutablePath(entry.Pid), names);

    /// <summary>
    /// Decides for the members that the snapshot shows. A sample does not read a name again before the next exec of its process.
    /// </summary>
    public void Update(ProcessSnapshot snapshot, TreeMembers members, bool isSample)
    {
        if (Rule is null)
        {
            return;
        }

        if (!isSample || _notSelected.Count > MaxNotSelected)
        {
            _notSelected.Clear();
        }

        _verdicts.Clear();
        ForgetReplaced(snapshot, members);
        FindSessions(snapshot, members);
        foreach (var entry in snapshot.Entries)
        {
            if (!entry.IsGone && members.TryGet(entry.Identity, out var member) && !member.IsSparedWithAllBelow)
            {
                member.IsSparedWithAllBelow = Decide(entry, member, snapshot, members);
            }
        }
    }

    // Climbs to the nearest ancestor with a verdict, which holds for all on the way.
    private bool Decide(ProcessEntry entry, TreeMember member, ProcessSnapshot snapshot, TreeMembers members)
    {
        _path.Clear();
        bool verdict;
        while (!_verdicts.TryGetValue(member.Identity, out verdict))
        {
            verdict = member.IsSparedWithAllBelow
                || (!member.IsRoot && (_sessions.Contains(entry.SessionId) || IsSelected(entry, snapshot, members)));
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

    // An exec replaces the program that the rule selected. Until its exec, a child shows the program of its parent.
    private void ForgetReplaced(ProcessSnapshot snapshot, TreeMembers members)
    {
        foreach (var (identity, image) in _selected)
        {
            if (snapshot.TryGet(identity.Pid, out var entry) && entry.Identity == identity && entry.Image != image && !entry.IsGone)
            {
                _selected.Remove(identity);
                if (members.TryGet(identity, out var member))
                {
                    member.IsSparedWithAllBelow = false;
                }
            }
        }
    }

    // The rule reads the name of a process, and samples ask often. A program changes its name with an exec; one that does so without is
    // recognized by the reap, which reads all names.
    private bool IsSelected(ProcessEntry entry, ProcessSnapshot snapshot, TreeMembers members)
    {
        if (entry.Image != 0 && _notSelected.TryGetValue(entry.Identity, out var image) && image == entry.Image)
        {
            return false;
        }

        var isSelected = Rule!(entry);
        var above = entry;
        if (!isSelected)
        {
            _notSelected[entry.Identity] = entry.Image;
        }
        else if (!IsChildOfMember(ref above, snapshot, members, out var parent) || !parent.IsSparedWithAllBelow)
        {
            _selected[entry.Identity] = entry.Image;
        }

        return isSelected;
    }

    // A parent that is younger than its child has reused the pid of the real parent.
    private static bool IsChildOfMember(
        ref ProcessEntry entry, ProcessSnapshot snapshot, TreeMembers members, out TreeMember parent)
    {
        parent = null!;
        if (!snapshot.TryGet(entry.ParentPid, out var above) || above.Identity.StartTime > entry.Identity.StartTime
            || !members.TryGet(above.Identity, out var known))
        {
            return false;
        }

        (entry, parent) = (above, known);
        return true;
    }

    // A session stays spared while a spared member is in it. After that, the kernel may reuse its number.
    private void FindSessions(ProcessSnapshot snapshot, TreeMembers members) => _sessions = snapshot.Entries
        .Where(entry => members.TryGet(entry.Identity, out var member) && member.IsSparedWithAllBelow
            && (entry.SessionId == entry.Pid || _sessions.Contains(entry.SessionId)))
        .Select(static entry => entry.SessionId)
        .ToHashSet();
}
