using TestReaper.Platform;
using TestReaper.Secrets;

namespace TestReaper.Processes;

/// <summary>What of a tree is spared, and what of it is secret.</summary>
internal sealed partial class TreeTracker
{
    private readonly SparedSubtrees _subtrees = new();
    private volatile SecretMask? _mask;

    /// <summary>Hides the secrets of this tree. Set it to what knows the root's environment and arguments.</summary>
    public SecretMask Mask
    {
        get => _mask ??= SecretMask.OfThisProcess();
        set => _mask = value;
    }

    /// <summary>Names members that live on with everything below them. Set before the first scan; null for none.</summary>
    public Func<ProcessEntry, bool>? Spare
    {
        set => _subtrees.Rule = value;
    }

    /// <summary>The members that live on with everything below them, as of the last scan.</summary>
    public IReadOnlyList<TreeMember> Spared
    {
        get
        {
            lock (_gate)
            {
                return [.. _members.Values.Where(member => member.IsSparedWithAllBelow && !member.IsGone)];
            }
        }
    }

    /// <summary>Whether any member that is left alone lives, as of the last scan.</summary>
    public bool HasSpared
    {
        get
        {
            lock (_gate)
            {
                return _members.Values.Any(member => member.IsSpared && !member.IsGone);
            }
        }
    }

    /// <summary>Whether a process is left alone: known, or forked below a spared one since the last scan.</summary>
    public bool IsSparedOrBelow(int pid)
    {
        var line = Ancestry.From(pid, _platform);
        lock (_gate)
        {
            for (var i = 0; i < line.Count; i++)
            {
                if (_platform.Processes.TryRead(line[i], out var entry) == ReadOutcome.Read && _members.TryGetValue(entry.Identity, out var member))
                {
                    return i == 0 ? member.IsSpared : member.IsSparedWithAllBelow;
                }
            }

            return false;
        }
    }
}
