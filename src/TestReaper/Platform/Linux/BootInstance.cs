namespace TestReaper.Platform.Linux;

/// <summary>This boot of the machine, and this PID namespace.</summary>
internal static class BootInstance
{
    internal static HostInstance Read() => new(
        File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(),
        File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? "unknown");
}
