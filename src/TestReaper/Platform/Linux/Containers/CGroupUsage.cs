using TestReaper.Platform.Linux.Files;

namespace TestReaper.Platform.Linux.Containers;

/// <summary>
/// What a cgroup counts (https://docs.kernel.org/admin-guide/cgroup-v2.html). Each cgroup has cpu.stat, without any controller.
/// memory.peak exists since Linux 5.19 and only with the memory controller, which a parent with processes of its own cannot enable.
/// </summary>
internal static class CGroupUsage
{
    private const string CpuKey = "usage_usec ";

    internal static ContainerUsage Read(string directory) => new(
        ParsePeak(KernelText.ReadLines(Path.Combine(directory, "memory.peak"))),
        ParseCpu(KernelText.ReadLines(Path.Combine(directory, "cpu.stat"))));

    /// <summary>A pure function of memory.peak.</summary>
    internal static long? ParsePeak(string[]? lines) => lines is [var line, ..] ? ParseNumber(line) : null;

    /// <summary>A pure function of cpu.stat.</summary>
    internal static TimeSpan? ParseCpu(string[]? lines) =>
        lines?.FirstOrDefault(static line => line.StartsWith(CpuKey, StringComparison.Ordinal)) is { } usage
        && ParseNumber(usage[CpuKey.Length..]) is { } microseconds
            ? TimeSpan.FromMicroseconds(microseconds)
            : null;

    private static long? ParseNumber(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
