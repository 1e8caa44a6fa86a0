using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Sockets;

namespace TestReaper.Platform.Linux;

/// <summary>Reads from /proc/PID what the report says about a survivor (proc(5)).</summary>
internal static class ProcDetails
{
    private static readonly string[] GpuDevices = ["/dev/nvidia", "/dev/kfd", "/dev/dri/"];

    internal static ProcessDetails Read(int pid)
    {
        var status = Text(pid, "status"u8);
        var files = BoundedReads.TryRead(pid, "fd", static pid => OpenFiles(pid), out var open) ? open : [];
        return new ProcessDetails
        {
            UserId = (uint?)Number(status, "Uid:"),
            LockedMemory = (Number(status, "VmLck:") ?? 0) * 1024,
            DeviceFiles = [.. files.Where(IsGpuDevice).Distinct().Order(StringComparer.Ordinal)],
            ListeningPorts = TcpSockets.PortsOf(files.Select(SocketHolders.SocketInode).OfType<long>().ToHashSet()),
            KernelStack = KernelStack(pid),
            IsFrozen = IsFrozen(pid),
        };
    }

    /// <summary>The first number after a name in /proc/PID/status.</summary>
    internal static long? Number(string status, string name)
    {
        foreach (var line in status.Split('\n'))
        {
            if (line.StartsWith(name, StringComparison.Ordinal)
                && line[name.Length..].Split(['\t', ' '], StringSplitOptions.RemoveEmptyEntries) is [var text, ..]
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }
        }

        return null;
    }

    internal static bool IsGpuDevice(string path) => Array.Exists(GpuDevices, device => path.StartsWith(device, StringComparison.Ordinal));

    private static List<string> OpenFiles(int pid)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries($"/proc/{pid}/fd")
                .Select(file => new FileInfo(file).LinkTarget).OfType<string>()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // The read waits for the end of an execve.
    private static string? KernelStack(int pid) =>
        BoundedReads.TryRead(pid, "stack", static pid => Text(pid, "stack"u8).Trim(), out var stack) && stack.Length > 0 ? stack : null;

    // A frozen process sleeps in a function that is named for it, under cgroup v1 as well as v2.
    private static bool IsFrozen(int pid) =>
        ProcFs.WaitChannel(pid) is { } function
        && (function.Contains("freez", StringComparison.Ordinal) || function.Contains("refrigerator", StringComparison.Ordinal));

    private static string Text(int pid, ReadOnlySpan<byte> name) =>
        ProcFile.ReadAll(pid, name, 64 * 1024) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
}
