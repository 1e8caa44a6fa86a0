namespace TestReaper.Gpu.Release;

/// <summary>What a device held before the tree used it, with all holders of that moment counted as outside the tree.</summary>
/// <param name="Used">The used memory, in bytes.</param>
/// <param name="Source">Of the used memory. Readings of another source are not comparable.</param>
/// <param name="Outside">The part that visible processes outside the tree held, as far as the driver reports it.</param>
/// <param name="Unmeasured">The processes outside the tree whose memory the driver did not report.</param>
internal sealed record GpuBaseline(long Used, GpuMemorySource Source, long Outside, IReadOnlySet<int> Unmeasured)
{
    /// <summary>Null if the reading has no used memory of the device.</summary>
    public static GpuBaseline? From(GpuReading reading, string uuid)
    {
        if (reading.Devices.FirstOrDefault(device => device.Uuid == uuid) is not { UsedMemory: { } used } device)
        {
            return null;
        }

        GpuHolder[] holders = [.. reading.AllHoldersOf(uuid).Where(holder => holder.IsVisible)];
        var unmeasured = holders.Where(holder => holder.Bytes is null).Select(holder => holder.Pid).ToHashSet();
        return new GpuBaseline(used, device.MemorySource, holders.Sum(holder => holder.Bytes ?? 0), unmeasured);
    }

    /// <summary>The used memory at or under which the device counts as released.</summary>
    /// <param name="outsideNow">What visible processes outside the tree hold now.</param>
    /// <param name="headroom">By how much more may be used.</param>
    public long Target(long outsideNow, long headroom) => Math.Max(Used - Outside, 0) + outsideNow + headroom;
}
