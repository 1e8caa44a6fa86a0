using TestReaper.Gpu.Locks;
using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Gpu.Quarantine;

/// <summary>A set of devices that a start may not use now.</summary>
/// <param name="Entry">Who leaked.</param>
/// <param name="Reason">Why it is still refused, as a sentence.</param>
internal sealed record GpuRefusal(GpuQuarantineEntry Entry, string Reason)
{
    public override string ToString()
    {
        var since = Entry.Since.ToString("u", CultureInfo.InvariantCulture);
        return $"The GPU memory of {string.Join(", ", Entry.Devices.Select(device => device.Device))} did not come back after " +
            $"{Entry.Culprit} ({since}): {string.Join(' ', Entry.Devices.Select(device => device.Reason))} {Reason}";
    }
}

/// <summary>Decides which quarantined sets concern a start. Deletes those whose memory is back.</summary>
/// <param name="platform">The operating system.</param>
/// <param name="directory">The files.</param>
/// <param name="read">Makes a fresh reading. Called only if an entry concerns the start.</param>
internal sealed class GpuQuarantineCheck(IProcessPlatform platform, GpuDirectory directory, Func<GpuReading> read)
{
    private static readonly TimeSpan LockLimit = TimeSpan.FromSeconds(5);

    /// <summary>The sets that overlap the devices and are refused now.</summary>
    /// <param name="uuids">The devices that the start may use.</param>
    /// <param name="leased">The devices that the start has leased itself.</param>
    public IReadOnlyList<GpuRefusal> Find(IReadOnlyCollection<string> uuids, IReadOnlyCollection<string> leased)
    {
        var entries = GpuQuarantineEntry.ReadAll(platform, directory)
            .Where(entry => entry.Uuids.Any(uuids.Contains) || entry.Uuids.Any(leased.Contains))
            .ToList();
        if (entries.Count == 0)
        {
            return [];
        }

        var refusals = new List<GpuRefusal>();
        foreach (var entry in entries)
        {
            var others = entry.Uuids.Except(leased).ToList();
            var active = FindActive(others);
            if (active.Count == 0)
            {
                refusals.AddRange(Judge(entry, read()) is { } reason ? [new(entry, reason)] : Clear(entry));
            }
            else if (active.Count < others.Count || others.Count < entry.Devices.Count)
            {
                var used = string.Join(", ", active);
                refusals.Add(new(entry, $"Other servers use a part of these devices ({used}), so the rest cannot be judged."));
            }
        }

        return refusals;
    }

    /// <returns>Why the reading does not clear the set; null if it does.</returns>
    internal static string? Judge(GpuQuarantineEntry entry, GpuReading reading) =>
        entry.Devices.Select(failed => Judge(failed, reading)).FirstOrDefault(reason => reason is not null);

    private static string? Judge(GpuFailedRelease failed, GpuReading reading)
    {
        if (reading.Devices.FirstOrDefault(device => device.Uuid == failed.Uuid) is not { } device)
        {
            var fault = reading.Faults.FirstOrDefault(fault => fault.DeviceUuid is null || fault.DeviceUuid == failed.Uuid)?.Text;
            return $"{failed.Device} cannot be read now. {fault}".TrimEnd();
        }

        if (failed.Target is not { } target || failed.MemorySource != device.MemorySource || device.UsedMemory is not { } used)
        {
            return GpuIdleness.FindUse(device, reading, headroom: null, minFree: 0) is { } use
                ? $"{failed.Device} is not idle: {use.TrimEnd('.')}." : null;
        }

        var foreign = used - GpuIdleness.OwnMemory(reading, device.Uuid);
        return foreign <= target ? null
            : $"{failed.Device} still uses {FoundMemory.Size(foreign)}, and counts as released at {FoundMemory.Size(target)}.";
    }

    private List<string> FindActive(List<string> uuids)
    {
        using var state = directory.TryLockState(LockLimit);
        return uuids.FindAll(uuid => GpuLock.IsHeld(platform, directory, uuid));
    }

    /// <summary>Deletes an entry. A failure that was added meanwhile stays, and is returned.</summary>
    internal IEnumerable<GpuRefusal> Clear(GpuQuarantineEntry entry)
    {
        using var state = directory.TryLockState(LockLimit);
        var path = Path.Combine(directory.Quarantine, entry.FileName);
        if (GpuQuarantineEntry.TryRead(platform, path) is not { } now)
        {
            return [];
        }

        if (!now.Devices.SequenceEqual(entry.Devices) || now.Since != entry.Since)
        {
            return [new(now, "The failure was recorded just now.")];
        }

        Accessible.OrDefault(() =>
        {
            File.Delete(path);
            return true;
        });
        return [];
    }
}
