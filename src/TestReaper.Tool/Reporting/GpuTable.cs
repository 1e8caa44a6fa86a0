using TestReaper.Gpu;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Tool.Reporting;

/// <summary>
/// Two tables of plain text: devices and holders. They look the same on a terminal and in a file, so that UUIDs can be copied whole.
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
