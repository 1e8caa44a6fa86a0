using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Sockets;

namespace TestReaper.Platform.Linux;

/// <summary>Reads from /proc/PID what the report says about a survivor (proc(5)).</summary>
internal static class ProcDetails
{
    private static readonly string[] GpuDevices = ["/dev/nvidia", "/dev/kfd", "/dev/dri/"];

    internal static ProcessDetails Read(int pid)
    {
        var files = BoundedReads.Read(pid, "fd", static pid => OpenFiles.Of(pid)) ?? [];
        return new ProcessDetails
        {
            UserId = (uint?)ProcStatus.ReadNumber(pid, "Uid:"),
            LockedMemory = (ProcStatus.ReadNumber(pid, "VmLck:") ?? 0) * 1024,
            DeviceFiles = [.. files.Select(file => file.Target).Where(IsGpuDevice).Distinct().Order(StringComparer.Ordinal)],
            ListeningPorts = TcpSockets.PortsOf(SocketHolders.InodesOf(files).ToHashSet()),
            KernelStack = KernelStack(pid),
            IsFrozen = IsFrozen(pid),
        };
    }

    private static bool IsGpuDevice(string path) => Array.Exists(GpuDevices, device => path.StartsWith(device, StringComparison.Ordinal));

    // The read waits for the end of an execve.
    private static string? KernelStack(int pid) =>
        BoundedReads.Read(pid, "stack", static pid => ProcFile.ReadText(pid, "stack"u8)?.Trim()) is { Length: > 0 } stack ? stack : null;

    // A frozen process sleeps in a function that is named for it, under cgroup v1 as well as v2.
    private static bool IsFrozen(int pid) =>
        ProcFs.WaitChannel(pid) is { } function
        && (function.Contains("freez", StringComparison.Ordinal) || function.Contains("refrigerator", StringComparison.Ordinal));
}
