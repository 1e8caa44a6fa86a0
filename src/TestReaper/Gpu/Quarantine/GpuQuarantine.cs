using TestReaper.Gpu.Locks;
using TestReaper.Platform;

namespace TestReaper.Gpu.Quarantine;

// Constraint: memory that a dead server still has on a device fails the next server, in another class or another run, which is then blamed.
// The class that leaked must be named instead, also across processes.
//
// Scheme: a failed release writes a file for its set of devices: who leaked, and the used memory at or under which each device counts as
// released. A start that would use a device of the set is refused at once, until a fresh reading of all devices of the set is at or under
// its target; then the file is deleted. The rules are those of vLLM's test servers (vllm-project/vllm #52282):
// - Several failures of one set keep the lowest target of each device: the baseline of the later server had the leak of the earlier one.
// - A failure without a target (lost telemetry, a lost device) ends with a reading in which the device answers and is idle.
// - While other servers are active on all devices of the set, their memory hides the leak: the decision is left to the time after them.
// - While they are active on a part of the set, the start is refused: the rest cannot be judged alone.
//
// Invariants:
// - A set is cleared only by a reading that has all its devices, with the amounts of the same source.
// - The memory of this process itself never keeps a set in quarantine.
// - Files of an earlier boot, of other users, and those that cannot be read, are ignored.

/// <summary>The devices whose release failed, for all test processes of this user.</summary>
internal static class GpuQuarantine
{
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(5);

    /// <summary>Refuses the devices to later servers until their memory is back. A failure to write the file is ignored.</summary>
    /// <param name="culprit">The test class that leaked, or the masked command line of the server.</param>
    /// <param name="failures">The devices; none changes nothing.</param>
    public static void Add(string culprit, IReadOnlyList<GpuFailedRelease> failures)
    {
        if (failures.Count == 0)
        {
            return;
        }

        var platform = ProcessPlatform.Current;
        Accessible.OrDefault(() =>
        {
            var directory = GpuDirectory.Open(platform);
            using var state = directory.TryLockState(LockLimit);
            var entry = new GpuQuarantineEntry
            {
                Boot = platform.Processes.Instance.Boot,
                Culprit = GpuNote.ToLine(culprit),
                Since = TimeProvider.System.GetUtcNow(),
                Devices = [.. failures.GroupBy(failure => failure.Uuid).Select(same => same.Aggregate(Merge))],
            };
            var known = GpuQuarantineEntry.TryRead(platform, Path.Combine(directory.Quarantine, entry.FileName));
            (known is null ? entry : Merge(known, entry)).Write(directory);
            return true;
        });
    }

    /// <summary>The entries of this boot.</summary>
    public static IReadOnlyList<GpuQuarantineEntry> List()
    {
        var platform = ProcessPlatform.Current;
        return GpuDirectory.TryFind(platform) is { } directory ? GpuQuarantineEntry.ReadAll(platform, directory) : [];
    }

    /// <summary>Deletes entries whose memory is back. Otherwise the memory of a server that starts now would keep them.</summary>
    /// <param name="entries">The entries from before the reading.</param>
    /// <param name="beforeLaunch">The reading; null if none was made.</param>
    public static void EndVerified(IReadOnlyList<GpuQuarantineEntry> entries, GpuReading? beforeLaunch)
    {
        var platform = ProcessPlatform.Current;
        if (entries.Count > 0 && beforeLaunch is not null && GpuDirectory.TryFind(platform) is { } directory)
        {
            var check = new GpuQuarantineCheck(platform, directory, () => beforeLaunch);
            foreach (var entry in entries.Where(entry => GpuQuarantineCheck.Judge(entry, beforeLaunch) is null))
            {
                check.Clear(entry);
            }
        }
    }

    /// <summary>The entries that concern devices, and that a reading from before a launch does not clear.</summary>
    public static IReadOnlyList<GpuRefusal> FindRefusals(IReadOnlyCollection<string> uuids, GpuReading beforeLaunch) =>
    [
        .. List().Where(entry => entry.Uuids.Any(uuids.Contains))
            .Select(entry => (Entry: entry, Reason: GpuQuarantineCheck.Judge(entry, beforeLaunch)))
            .Where(pair => pair.Reason is not null)
            .Select(pair => new GpuRefusal(pair.Entry, pair.Reason!)),
    ];

    // The class that leaked first stays the culprit: the later one may have inherited the leak.
    private static GpuQuarantineEntry Merge(GpuQuarantineEntry known, GpuQuarantineEntry added) => known with
    {
        Devices = [.. added.Devices.Select(device => Merge(known.Devices.First(other => other.Uuid == device.Uuid), device))],
    };

    private static GpuFailedRelease Merge(GpuFailedRelease known, GpuFailedRelease added)
    {
        var isKnownLower = known.Target is { } target && known.MemorySource == added.MemorySource && !(added.Target < target);
        return isKnownLower ? added with { Target = known.Target } : added;
    }
}
