using TestReaper.Processes.SharedMemory;

namespace TestReaper.Gpu;

/// <summary>Judges from one reading whether a device is idle. What this process itself uses never counts.</summary>
internal static class GpuIdleness
{
    // What drivers reserve, and the first version of the call counts as used: 0.5 to 1 GiB.
    private const long Reserve = 1L << 30;

    /// <summary>The memory that may be used on an idle device.</summary>
    public static long HeadroomOf(GpuDevice device, long? asked) =>
        (asked ?? GpuHeadroom.Default(device))
        + (device.MemorySource == GpuMemorySource.NvmlV1 ? Reserve : 0);

    /// <summary>The memory of this process and its helper on the device.</summary>
    public static long OwnMemory(GpuReading reading, string uuid) =>
        reading.OwnHolders.Where(holder => holder.DeviceUuid == uuid).Sum(holder => holder.Bytes ?? 0);

    /// <summary>Whether the used memory of the device is that of all its users.</summary>
    public static bool HasUsedMemory(GpuDevice device) =>
        device is { Kind: GpuKind.Discrete, UsedMemory: not null, MemorySource: not (GpuMemorySource.None or GpuMemorySource.Fdinfo) };

    /// <returns>Why the device is not idle, as a clause; null if it is.</returns>
    public static string? FindUse(GpuDevice device, GpuReading reading, long? headroom, long minFree)
    {
        if (reading.Faults.FirstOrDefault(fault => fault.DeviceUuid == device.Uuid && fault.Kind == GpuFaultKind.DeviceLost) is { } lost)
        {
            return lost.Text;
        }

        return HasUsedMemory(device) ? FindMemory(device, reading, headroom, minFree) : FindHolder(device, reading, headroom);
    }

    private static string? FindMemory(GpuDevice device, GpuReading reading, long? headroom, long minFree)
    {
        var used = Math.Max(0, device.UsedMemory!.Value - OwnMemory(reading, device.Uuid));
        if (used > HeadroomOf(device, headroom))
        {
            return $"{FoundMemory.Size(used)} are used, and an idle device uses at most {FoundMemory.Size(HeadroomOf(device, headroom))}";
        }

        var free = device.FreeMemory ?? device.TotalMemory - device.UsedMemory;
        return free < minFree ? $"{FoundMemory.Size(free.Value)} are free, and {FoundMemory.Size(minFree)} are asked for" : null;
    }

    // The used memory is unknown, or that of the visible processes alone.
    private static string? FindHolder(GpuDevice device, GpuReading reading, long? headroom)
    {
        var holders = reading.Holders.Where(holder => holder.DeviceUuid == device.Uuid && holder.IsVisible).ToList();
        var isSmall = holders.TrueForAll(holder => holder.Bytes is not null)
            && holders.Sum(holder => holder.Bytes) <= HeadroomOf(device, headroom);
        return holders.Count == 0 || isSmall ? null : "processes use it";
    }
}
