using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Gpu;

/// <summary>Devices and their holders in words.</summary>
internal static class GpuText
{
    /// <summary>Such as <c>GPU 0 (NVIDIA H200, GPU-4b2c...)</c>, or <c>GPU GPU-4b2c...</c> for a device without a name.</summary>
    public static string Name(GpuDevice device)
    {
        var kind = device.ParentUuid is null ? "GPU" : "MIG instance";
        return device.Name is null ? $"{kind} {device.Uuid}" : $"{kind} {device.Index} ({device.Name}, {device.Uuid})";
    }

    /// <summary>The sentences of faults as one clause. Null if there are none.</summary>
    public static string? Join(IEnumerable<GpuFault> faults)
    {
        string[] texts = [.. faults.Select(fault => fault.Text).Distinct()];
        return texts.Length == 0 ? null : string.Join(" ", texts).TrimEnd('.');
    }

    /// <summary>The processes that hold a device, with masked command lines and amounts.</summary>
    public static string Holders(GpuDevice device, GpuReading reading, IProcessPlatform platform)
    {
        var holders = reading.Holders.Where(holder => holder.DeviceUuid == device.Uuid).ToList();
        if (holders.Count == 0)
        {
            return "no process is listed: the holder may be of another user or container, or a driver may still free its memory";
        }

        var mask = ProcessSecrets.MaskOf(platform, holders.Where(holder => holder.IsVisible).Select(holder => holder.Pid));
        return "held by " + string.Join(", ", holders.Select(holder =>
        {
            var command = holder.IsVisible ? mask.CommandLine(platform, holder.Pid) : "not visible from here";
            var amount = holder.Bytes is { } bytes ? $", {FoundMemory.Size(bytes)}" : "";
            return $"process {holder.Pid} ({(command.Length > 0 ? command : "its command line cannot be read")}{amount})";
        }));
    }
}
