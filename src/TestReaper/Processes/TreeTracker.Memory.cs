using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>What a tree remembers from scan to scan.</summary>
internal sealed partial class TreeTracker
{
    // Gone members by their pids.
    private readonly Dictionary<int, TreeMember> _known = [];

    /// <summary>
    /// What could not be judged at the last scan: no layer claimed them, they may be of the tree, and the kernel did not let their
    /// memory be read. While there are any, no scan is clean.
    /// </summary>
    public IReadOnlyList<ProcessEntry> Unjudged
    {
        get
        {
            lock (_gate)
            {
                return [.. _unjudged];
            }
        }
    }

    // A launched root has a session of its own; another root may share one with unrelated processes.
    private void AddRootSession(ProcessEntry root) => _foreign.AddRootSession(root.SessionId);

    private ProcessEntry? FindZombie(int pid) =>
        _known.TryGetValue(pid, out var member) && member.Handle.HoldsPid ? member.LastEntry : null;

    private void Settle(ProcessSnapshot snapshot)
    {
        _sessions.Clear();
        AddSessions(snapshot, _sessions);
        _settled.Remember(
            snapshot,
            entry => (entry.Identity.StartTime < _firstStart || IsKnownStranger(entry.Identity)) && !_sessions.Contains(entry.SessionId));
    }

    private bool IsKnownStranger(ProcessIdentity identity) => !_members.ContainsKey(identity) && _layers.IsStranger(identity);

    // A capture that leaves out most processes takes no longer than the wait for another tree's.
    private void Capture(bool isProof)
    {
        if (isProof || _settled.IsEmpty)
        {
            _snapshot = _captures.Take(_snapshot, isProof ? _goneOnly : _settled);
        }
        else
        {
            _platform.Processes.Capture(_snapshot, _settled);
        }
    }

    private void AddSessions(ProcessSnapshot snapshot, HashSet<int> sessions)
    {
        foreach (var entry in snapshot.Fresh)
        {
            if (_members.ContainsKey(entry.Identity))
            {
                sessions.Add(entry.SessionId);
            }
        }
    }

    private int CountLiving(ProcessSnapshot snapshot, bool keepGone)
    {
        var living = 0;
        foreach (var member in _members.Values)
        {
            // Absent from /proc is no proof (hidepid): the handle has the last word.
            member.IsGone |= snapshot.TryGet(member.Identity.Pid, out var entry) && entry.Identity == member.Identity
                ? entry.IsGone
                : member.Handle.IsGone();
            if (!member.IsGone)
            {
                living += member.IsSpared ? 0 : 1;
                member.ResidentPages = entry.ResidentPages;
                member.LastEntry = entry;
            }
            else if (!keepGone && !member.IsRoot)
            {
                Forget(member);
                _members.Remove(member.Identity);
                _known.Remove(member.Identity.Pid);
            }
            else if (member.LastEntry.Identity == member.Identity)
            {
                _known.TryAdd(member.Identity.Pid, member);
            }
        }

        return living;
    }

    private void Forget(TreeMember member)
    {
        member.Handle.Dispose();
        TreeRegistry.Remove(member.Identity, this);
    }
}
