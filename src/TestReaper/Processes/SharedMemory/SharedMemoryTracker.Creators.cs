using TestReaper.Platform;

namespace TestReaper.Processes.SharedMemory;

// The kernel names the creator of a System V segment, but has no event for a new one, unlike for a file in /dev/shm. So a process that
// lives for less than a sampling interval may leave a segment and never become a known member. It may have been another program's as well.
internal sealed partial class SharedMemoryTracker
{
    /// <summary>
    /// The System V segments that appeared since tracking began, whose creator is dead and was no known member of any tree, and that no
    /// process has attached. Call it after the last scan, with the trackers of all trees of this process.
    /// </summary>
    public IReadOnlyList<FoundMemory> FindUnidentified(IEnumerable<SharedMemoryTracker> all)
    {
        List<SharedMemoryObject> items = [.. (_memory?.ListUnattached() ?? [])
            .Where(item => item.Creator is not null && !_existedBefore.Contains(item.Key.Identity) && !_members.MayCreatorLive(item))];
        foreach (var tracker in items.Count == 0 ? [] : all.Append(this))
        {
            // One lock at a time: two trees may ask each other at the same moment.
            lock (tracker._gate)
            {
                items.RemoveAll(tracker.Knows);
            }
        }

        return [.. items.Select(static item => new FoundMemory(item, item.Creator!.Value, CreatorName: null, IsCertain: false)
        {
            Doubt = $"its creator, process {item.Creator}, was gone before it could be identified, so it may not be the tree's",
        })];
    }

    private bool Knows(SharedMemoryObject item) =>
        _found.ContainsKey(item.Key.Identity) || _members.CreatorOf(item) is not null
        || (_candidates.TryGetValue(item.Key.Identity, out var candidate) && candidate.Sightings > 1);

    /// <summary>Whether the creator is not a member and is alive, or was.</summary>
    private bool IsOfNeighbour(Candidate candidate) =>
        candidate.Item.Key.Kind == SharedMemoryKind.SystemV && _members.MayCreatorLive(candidate.Item)
            ? ++candidate.Sightings > 0
            : candidate.Sightings > 1;
}
