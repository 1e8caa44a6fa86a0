namespace TestReaper.Platform.Linux.Files;

/// <summary>Text that the kernel generates, in files of procfs and of cgroup2.</summary>
internal static class KernelText
{
    /// <summary>Null for a file that this kernel does not have, that this user may not read, or whose process or cgroup is gone.</summary>
    internal static string[]? ReadLines(string path) => Accessible.OrDefault(() => File.ReadAllLines(path));
}
