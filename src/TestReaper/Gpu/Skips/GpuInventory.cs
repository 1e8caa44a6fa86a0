using System.Runtime.CompilerServices;
using TestReaper.Gpu.Visibility;
using TestReaper.Secrets;

namespace TestReaper.Gpu.Skips;

/// <summary>The GPUs that tests can use, read once for each monitor. It is kept also if the drivers gave no answer.</summary>
internal sealed class GpuInventory
{
    private static readonly ConditionalWeakTable<GpuMonitor, Lazy<GpuInventory>> Known = [];
    private readonly GpuReading _reading;
    private readonly long? _systemMemory;

    internal GpuInventory(GpuMonitor monitor, TimeSpan limit, IReadOnlyDictionary<string, string> environment)
    {
        HasDriver = monitor.HasDriver;
        _reading = monitor.Read(limit);
        _systemMemory = ReadSystemMemory(monitor.Roots);
        var visible = new VisibleDevices(_reading.Devices, GpuNumbers.Read(monitor.Roots), environment);
        var shown = VisibleDevices.Variables.Keys.SelectMany(visible.Of).ToHashSet();
        var usable = _reading.Devices.Where(IsUsable).ToLookup(device => shown.Contains(device) || device.Vendor == GpuVendor.Other);
        Devices = [.. usable[true]];
        Hidden = [.. usable[false].GroupBy(device => visible.RestrictionOf(device.Vendor) ?? "the runtime of the vendor")
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key} hides {group.Count()}"))];
    }

    public bool HasDriver { get; }

    /// <summary>Without GPUs that are divided into MIG instances, since only the instances can be used, and without lost devices.</summary>
    public IReadOnlyList<GpuDevice> Devices { get; }

    /// <summary>What hides usable GPUs from this process, such as <c>CUDA_VISIBLE_DEVICES=0 hides 1</c>.</summary>
    public IReadOnlyList<string> Hidden { get; }

    public IReadOnlyList<GpuFault> Faults => _reading.Faults;

    /// <param name="monitor">The readings of this process.</param>
    /// <param name="limit">The time that the drivers have for an answer. A later call does not read again, whatever its limit is.</param>
    public static GpuInventory Get(GpuMonitor monitor, TimeSpan limit) =>
        Known.GetValue(monitor, monitor => new Lazy<GpuInventory>(
            () => new GpuInventory(monitor, limit, InheritedEnvironment.Read()))).Value;

    /// <summary>In bytes; null if it is not known. A device that shares the memory of the system has all of it.</summary>
    public long? MemoryOf(GpuDevice device) => device.Kind == GpuKind.Unified ? _systemMemory : device.TotalMemory;

    private bool IsUsable(GpuDevice device) =>
        !_reading.Devices.Any(other => other.ParentUuid == device.Uuid)
        && !Faults.Any(fault => fault.Kind == GpuFaultKind.DeviceLost && fault.DeviceUuid == device.Uuid);

    private static long? ReadSystemMemory(GpuRoots roots)
    {
        // MemTotal:       131072000 kB
        var words = TextFile.TryRead(Path.Combine(roots.Proc, "meminfo"))?
            .Split('\n')
            .FirstOrDefault(line => line.StartsWith("MemTotal:", StringComparison.Ordinal))?
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [_, var size, ..] && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var kib)
            ? kib * 1024
            : null;
    }
}
