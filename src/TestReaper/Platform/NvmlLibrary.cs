namespace TestReaper.Platform;

/// <summary>The library by which NVIDIA's driver answers questions (NVML).</summary>
/// <remarks>
/// On Windows the driver installs it in the system directory (https://docs.nvidia.com/deploy/nvml-api/nvml-api-reference.html).
/// </remarks>
internal static class NvmlLibrary
{
    private const string LibraryPath = "LD_LIBRARY_PATH";

    public static string Name { get; } = OperatingSystem.IsWindows() ? "nvml.dll" : "libnvidia-ml.so.1";

    /// <summary>The directories that are searched before the standard ones, or that are the only standard ones.</summary>
    public static IEnumerable<string> Directories => OperatingSystem.IsWindows()
        ? [Environment.SystemDirectory]
        : (Environment.GetEnvironmentVariable(LibraryPath) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
}
