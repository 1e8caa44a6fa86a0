using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>In a process group that a member founded. Misses what called setpgid or setsid.</summary>
internal sealed class GroupLayer(int own) : FoundedIdLayer("group", static entry => entry.GroupId, own)
{
    /// <summary>The groups that a member founded, that a living one is in or that are pinned (there some may be hidden), and that hold nobody who is to live.</summary>
    public IReadOnlyCollection<int> Killable(ProcessSnapshot snapshot, Func<ProcessEntry, bool> isToBeReaped)
    {
        var groups = new HashSet<int>(Pinned);
        foreach (var entry in snapshot.Entries)
        {
            if (!entry.IsGone && Owns(entry.GroupId) && isToBeReaped(entry))
            {
                groups.Add(entry.GroupId);
            }
        }

        foreach (var entry in snapshot.Entries)
        {
            if (groups.Contains(entry.GroupId) && !entry.IsGone && !isToBeReaped(entry))
            {
                groups.Remove(entry.GroupId);
            }
        }

        return groups;
    }
}
