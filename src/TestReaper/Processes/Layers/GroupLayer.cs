using TestReaper.Platform;

namespace TestReaper.Processes.Layers;

/// <summary>In a process group that a member founded.</summary>
internal sealed class GroupLayer(int own) : FoundedIdLayer("group", static entry => entry.GroupId, own)
{
    /// <summary>
    /// Groups created by a member that are safe to signal as a whole: at least one live member, no other process. A pinned group counts
    /// without a visible member, because its members may be hidden.
    /// </summary>
    public IReadOnlyCollection<int> Killable(ProcessSnapshot snapshot, Func<ProcessEntry, bool> isToBeReaped)
    {
        var groups = new HashSet<int>(Pinned);
        var living = snapshot.Entries.Where(entry => !entry.IsGone && IsFounded(entry.GroupId))
            .ToLookup(isToBeReaped, static entry => entry.GroupId);
        groups.UnionWith(living[true]);
        groups.ExceptWith(living[false]);
        return groups;
    }
}
