namespace TestReaper.Gpu.Release;

/// <summary>Adds up what a driver reports for the processes of a tree.</summary>
internal static class GpuTreeMemory
{
    public static long? Larger(long? first, long? second) => first > second ? first : second ?? first;

    /// <returns>In bytes; null if no process of the tree is listed, or if the driver does not report the memory of one of them.</returns>
    public static long? In(GpuReading reading, GpuTree tree, GpuRoots roots)
    {
        var owners = reading.Devices.DistinctBy(device => device.Uuid).ToDictionary(device => device.Uuid);
        GpuHolder[] held =
        [
            .. reading.Holders.Where(holder =>
                owners.TryGetValue(holder.DeviceUuid, out var device)
                && !GpuDeviceRelease.HasForeignPids(device, roots)
                && tree.Contains(holder.Pid)),
        ];

        // A process on a MIG instance may be listed for the whole GPU as well.
        var parents = held.Select(holder => (holder.Pid, owners[holder.DeviceUuid].ParentUuid)).ToHashSet();
        return held.Length == 0 || Array.Exists(held, static holder => holder.Bytes is null)
            ? null
            : held.Where(holder => !parents.Contains((holder.Pid, holder.DeviceUuid))).Sum(static holder => holder.Bytes);
    }
}
