using System.Collections.Concurrent;
using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>The known members of one tree, each held by a handle. Guarded by the lock of the <see cref="TreeTracker"/>.</summary>
internal sealed class TreeMembers(IProcessPlatform platform, IReadOnlySet<int> excepted) : IDisposable
{
    // The members of all trees that this process launched. A process belongs to one tree at most.
    private static readonly ConcurrentDictionary<ProcessIdentity, TreeMembers> Launched = [];
    private readonly Dictionary<ProcessIdentity, TreeMember> _members = [];
    private readonly Dictionary<int, TreeMember> _goneByPid = [];

    private readonly UsageSum _usage = new();

    public IReadOnlyCollection<TreeMember> All => _members.Values;

    /// <summary>What scans have seen of the use of memory and processors. Without the spared.</summary>
    public TreeUsage Usage => _usage.With(_members.Values);

    /// <summary>Whether this host started the tree: then no other tree can have its members.</summary>
    public bool IsLaunched { get; set; }

    /// <summary>For a process that is not a member of the caller's tree: whether it is, or was, a member of another one.</summary>
    public static bool IsOfAnotherTree(ProcessIdentity identity) => Launched.ContainsKey(identity) || LiveTrees.IsExcluded(identity);

    public bool Contains(ProcessIdentity identity) => _members.ContainsKey(identity);

    public bool TryGet(ProcessIdentity identity, [NotNullWhen(true)] out TreeMember? member) => _members.TryGetValue(identity, out member);

    public TreeMember Add(ProcessIdentity identity, int parentPid, string layer)
    {
        if (!_members.TryGetValue(identity, out var member))
        {
            member = new TreeMember(platform.Control.Open(identity), parentPid, layer) { IsExcepted = excepted.Contains(identity.Pid) };
            _members.Add(identity, member);
            if (IsLaunched)
            {
                Launched.TryAdd(identity, this);
            }
        }

        return member;
    }

    /// <summary>A member that is gone and still holds its pid; null if the pid is of no such member.</summary>
    public ProcessEntry? FindZombie(int pid) =>
        _goneByPid.TryGetValue(pid, out var member) && member.Handle.HoldsPid ? member.LastEntry : null;

    /// <summary>Whether a process stays alive: a spared member, or below a member that is spared with all below it.</summary>
    /// <param name="line">The process and its ancestors, nearest first.</param>
    public bool IsSparedOrBelow(IReadOnlyList<int> line)
    {
        for (var i = 0; i < line.Count; i++)
        {
            if (platform.Processes.TryRead(line[i], out var entry) == ReadOutcome.Read
                && _members.TryGetValue(entry.Identity, out var member))
            {
                return i == 0 ? member.IsSpared : member.IsSparedWithAllBelow;
            }
        }

        return false;
    }

    /// <summary>Adds the sessions of the members that a snapshot shows.</summary>
    public void AddSessions(ProcessSnapshot snapshot, HashSet<int> sessions) =>
        sessions.UnionWith(snapshot.Fresh.Where(entry => Contains(entry.Identity)).Select(static entry => entry.SessionId));

    /// <summary>
    /// Updates each member from a snapshot and counts the living, without the spared. Removes those that are gone, except roots, unless
    /// <paramref name="keepGone"/>.
    /// </summary>
    public int CountLiving(ProcessSnapshot snapshot, bool keepGone)
    {
        var living = 0;
        foreach (var member in _members.Values)
        {
            // Absence from /proc is not a proof (hidepid): then the handle decides.
            member.IsGone |= snapshot.TryGet(member.Identity.Pid, out var entry) && entry.Identity == member.Identity
                ? entry.IsGone
                : member.Handle.IsGone();
            _usage.See(member, entry);
            if (!member.IsGone)
            {
                living += member.IsSpared ? 0 : 1;
                member.LastEntry = entry;
            }
            else if (!keepGone && !member.IsRoot)
            {
                Close(member);
                _usage.Forget(member, entry);
                _members.Remove(member.Identity);
                _goneByPid.Remove(member.Identity.Pid);
            }
            else if (member.LastEntry.Identity == member.Identity)
            {
                _goneByPid.TryAdd(member.Identity.Pid, member);
            }
        }

        _usage.EndScan(keepGone);
        return living;
    }

    /// <summary>Counts the living by their handles alone, without the spared.</summary>
    public int CountLivingByHandle()
    {
        foreach (var member in _members.Values)
        {
            member.IsGone |= member.Handle.IsGone();
        }

        return _members.Values.Count(member => !member.IsGone && !member.IsSpared);
    }

    public void Dispose() => _members.Values.ToList().ForEach(Close);

    private void Close(TreeMember member)
    {
        member.Handle.Dispose();
        Launched.TryRemove(new(member.Identity, this));
    }
}
