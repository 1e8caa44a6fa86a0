using System.Globalization;
using TestReaper.Gpu;
using TestReaper.Gpu.Locks;
using TestReaper.Gpu.Quarantine;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Tool.Reporting;

/// <summary>
/// Tables of plain text: devices and holders, then leases, waiting starts and quarantine where there are any. They look the same on a
/// terminal and in a file, so that UUIDs can be copied whole.
/// </summary>
internal static class GpuTable
{
    private const string Unknown = "unknown";

    /// <param name="reading">What to show. Its faults are not part of the tables.</param>
    /// <param name="commandLineOf">The masked command line of a process; empty if it cannot be read.</param>
    public static IEnumerable<string> Lines(GpuReading reading, Func<int, string> commandLineOf)
    {
        if (reading.Devices.Count == 0)
        {
            return [reading.Faults.Count == 0 ? "There is no GPU here that this user can see." : "No GPU could be read."];
        }

        string[] noHolders = ["", "No process holds a GPU, as far as this user can see."];
        return
        [
            .. Align([["GPU", "NAME", "USED", "TOTAL", "PCI", "UUID", "NOTE"], .. reading.Devices.Select(Cells)]),
            .. reading.Holders.Count == 0
                ? noHolders
                : ["", .. Align([["PID", "MEMORY", "UUID", "COMMAND"], .. reading.Holders.Select(holder => Cells(holder, commandLineOf))])],
        ];
    }

    /// <param name="sharing">What to show. A part without entries has no table.</param>
    public static IEnumerable<string> Lines(GpuSharing sharing) =>
    [
        .. Table(["LEASED", "PID", "SINCE", "BY"], sharing.Leases.Select(Cells)),
        .. Table(["WAITING", "SINCE", "BY", "FOR"], sharing.Waiting.Select(Cells)),
        .. Table(["QUARANTINE", "USED", "TARGET", "SINCE", "LEAKED BY"], sharing.Quarantine.SelectMany(Cells)),
    ];

    private static IEnumerable<string> Table(string[] head, IEnumerable<string[]> rows)
    {
        var cells = rows.ToList();
        return cells.Count == 0 ? [] : ["", .. Align([head, .. cells])];
    }

    private static string[] Cells(GpuLockHolder lease) =>
    [
        lease.Device,
        lease.Pid is { } pid ? $"{pid}" : Unknown,
        Time(lease.Since),
        lease.Label.Length > 0 ? lease.Label : "(not a server of TestReaper)",
    ];

    private static string[] Cells(GpuNote waiting) =>
        [$"{waiting.Pid}", Time(waiting.Since), waiting.Label, string.Join(", ", waiting.Devices)];

    private static IEnumerable<string[]> Cells(GpuQuarantineEntry entry) => entry.Devices.Select(device =>
        new[] { device.Uuid, Size(device.Used), Size(device.Target), Time(entry.Since), entry.Culprit });

    private static string Time(DateTimeOffset? time) =>
        time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? Unknown;

    private static string[] Cells(GpuDevice device) =>
    [
        device.ParentUuid is null ? $"{device.Index}" : $"  {device.Index}",
        device.Name ?? Unknown,
        Size(device.UsedMemory),
        Size(device.TotalMemory),
        device.PciAddress ?? Unknown,
        device.Uuid,
        (device.Kind, device.MemorySource) switch
        {
            (GpuKind.Unified, _) => "shares the memory of the system",
            (GpuKind.Coherent, _) => "its memory belongs to the operating system",
            (_, GpuMemorySource.NvmlV1) => "used includes the driver's reserve",
            (_, GpuMemorySource.Fdinfo) => "used is the sum of the visible processes",
            _ => "",
        },
    ];

    private static string[] Cells(GpuHolder holder, Func<int, string> commandLineOf) =>
    [
        $"{holder.Pid}",
        Size(holder.Bytes),
        holder.DeviceUuid,
        holder.IsVisible ? commandLineOf(holder.Pid) : "(hidden, of another PID namespace, or just ended)",
    ];

    private static IEnumerable<string> Align(IReadOnlyList<string[]> rows)
    {
        var widths = rows[0].Select((_, column) => rows.Max(row => row[column].Length)).ToList();
        return rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private static string Size(long? bytes) => bytes is { } known ? FoundMemory.Size(known) : Unknown;
}

/// <summary>How the processes of this user share the GPUs.</summary>
/// <param name="Leases">The devices that are leased or locked.</param>
/// <param name="Waiting">The starts that wait, in their order.</param>
/// <param name="Quarantine">The devices whose memory did not come back.</param>
internal sealed record GpuSharing(
    IReadOnlyList<GpuLockHolder> Leases, IReadOnlyList<GpuNote> Waiting, IReadOnlyList<GpuQuarantineEntry> Quarantine);
