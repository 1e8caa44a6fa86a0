using TestReaper.Platform;

namespace TestReaper.Processes.Exits;

/// <summary>
/// Reports the exits of the members of one tree, except roots and spared members. A member is known from the first sample that shows it;
/// one that lives for a shorter time is not reported.
/// </summary>
internal sealed class TreeExits : IDisposable
{
    private readonly object _gate = new();
    private readonly Dictionary<ProcessIdentity, (TreeMember Member, IDisposable Watch)> _watched = [];
    private readonly TreeTracker _tree;
    private readonly HostExits _exits;
    private readonly Action<TreeMember, ExitStatus?> _onExit;
    private bool _isDisposed;

    /// <summary>Begins to report. The action runs on a thread that must not be blocked, never under a lock of the tree.</summary>
    public TreeExits(TreeTracker tree, IProcessPlatform platform, Action<TreeMember, ExitStatus?> onExit)
    {
        (_tree, _exits, _onExit) = (tree, HostExits.For(platform), onExit);
        tree.Sampled += Update;
    }

    /// <summary>How many members are watched now.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _watched.Count;
            }
        }
    }

    public void Dispose()
    {
        _tree.Sampled -= Update;
        lock (_gate)
        {
            _isDisposed = true;
            _watched.Values.ToList().ForEach(static watched => watched.Watch.Dispose());
            _watched.Clear();
        }
    }

    private void Update(TreeTracker tree)
    {
        List<ProcessIdentity> forgotten = [];
        tree.UseMembers(members =>
        {
            lock (_gate)
            {
                if (_isDisposed)
                {
                    return;
                }

                foreach (var member in members)
                {
                    if (!member.IsRoot && !member.IsSpared && !member.IsGone && !_watched.ContainsKey(member.Identity))
                    {
                        _watched[member.Identity] = (member, _exits.Add(member.Handle, () => Report(member.Identity)));
                    }
                }

                // The sample has disposed the handles of the dead before their exits were taken from the queue.
                var known = members.Select(static member => member.Identity).ToHashSet();
                forgotten.AddRange(_watched.Keys.Where(identity => !known.Contains(identity)));
            }
        });
        forgotten.ForEach(identity => Report(identity));
    }

    private bool Report(ProcessIdentity identity)
    {
        (TreeMember Member, IDisposable Watch) watched;
        lock (_gate)
        {
            if (!_watched.Remove(identity, out watched))
            {
                return true;
            }
        }

        watched.Watch.Dispose();
        _onExit(watched.Member, watched.Member.Handle.ReadExit());
        return true;
    }
}
