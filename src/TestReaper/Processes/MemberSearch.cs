using TestReaper.Platform;
using TestReaper.Processes.Layers;

namespace TestReaper.Processes;

/// <summary>Finds the members of one tree in a snapshot: adds, until nothing new is found, each process that any layer claims.</summary>
/// <remarks>
/// The kinship layers (parent, group, session) need only the snapshot, so they run to a fixed point. The others read marks of a process
/// (environment, cgroup), which costs more: they see only what kinship leaves, once a scan. Each find may make others kin.
/// </remarks>
internal sealed class MemberSearch(IProcessPlatform platform, string? scope, TreeMembers members)
{
    private readonly HashSet<int> _ownLine = [.. Ancestry.FromThisProcess(platform)];
    private readonly UnrelatedByDescent _unrelatedByDescent = new(platform);
    private readonly TreeView _view = new(new ProcessSnapshot(), members.Contains);
    private readonly List<ProcessEntry> _candidates = [];
    private readonly List<ProcessEntry> _unjudged = [];

    public LayerSet Layers { get; } = new(platform, scope);

    /// <summary>What the last run could neither claim nor exclude.</summary>
    public IReadOnlyList<ProcessEntry> Unjudged => _unjudged;

    /// <summary>Adds what a root tells about its tree: its group, and its session, which unrelated processes may share.</summary>
    public void AddRoot(ProcessEntry root)
    {
        Layers.AddMember(root);
        _unrelatedByDescent.AddRootSession(root.SessionId);
    }

    /// <summary>Whether a process is certainly not a member.</summary>
    public bool IsUnrelated(ProcessIdentity identity) => !members.Contains(identity) && Layers.IsUnrelated(identity);

    /// <summary>Searches a snapshot. A process that started before <paramref name="firstStart"/> is not a member.</summary>
    public void Run(ProcessSnapshot snapshot, ulong firstStart, TimeSpan? stallBudget)
    {
        _view.Snapshot = snapshot;
        _unjudged.Clear();
        _unrelatedByDescent.BeginScan();
        Layers.BeginScan(_view);
        CollectCandidates(snapshot, firstStart);
        ClaimKin();
        foreach (var layer in Layers.Marks)
        {
            layer.Prepare(_candidates, _view, stallBudget);
            foreach (var candidate in _candidates)
            {
                var claims = layer.Claims(candidate, _view);
                if (claims == true)
                {
                    Claim(candidate, layer);
                }
                else if (claims is null && !_unrelatedByDescent.IsCertain(candidate, snapshot, firstStart, IsOurs))
                {
                    _unjudged.Add(candidate);
                }
            }

            ClaimKin();
        }

        // It may belong to the tree and may have forked, unless another layer found it.
        _unjudged.RemoveAll(entry => members.Contains(entry.Identity));
    }

    private bool IsOurs(ProcessEntry entry) => _ownLine.Contains(entry.Pid) || members.Contains(entry.Identity);

    private void CollectCandidates(ProcessSnapshot snapshot, ulong firstStart)
    {
        _candidates.Clear();
        foreach (var entry in snapshot.Fresh)
        {
            if (members.Contains(entry.Identity))
            {
                // It may have founded a group or a session since the last scan.
                Layers.AddMember(entry);
            }
            else if (entry.Identity.StartTime >= firstStart && !_ownLine.Contains(entry.Pid))
            {
                _candidates.Add(entry);
            }
        }
    }

    private void ClaimKin()
    {
        while (_candidates.RemoveAll(candidate => members.Contains(candidate.Identity) || ClaimIfKin(candidate)) > 0)
        {
        }
    }

    private bool ClaimIfKin(ProcessEntry candidate)
    {
        var layer = Layers.FindKinship(candidate, _view);
        if (layer is not null)
        {
            Claim(candidate, layer);
        }

        return layer is not null;
    }

    private void Claim(ProcessEntry candidate, TreeLayer layer)
    {
        members.Add(candidate.Identity, candidate.ParentPid, layer.Name);
        Layers.AddMember(candidate);
    }
}
