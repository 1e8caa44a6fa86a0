using TestReaper.Platform;

namespace TestReaper.Gpu;

/// <summary>Where the drivers are found. Tests point to directories and a library of their own.</summary>
internal sealed record GpuRoots(string Proc = "/proc", string Sys = "/sys", string Dev = "/dev", string? Nvml = null)
{
    private const string StandIn = "libnvidia-ml.so.1";

    /// <summary>
    /// The roots of this system, or what a program has set as "TestReaper.GpuRoot" in its AppContext: a directory with proc, sys, dev and
    /// libnvidia-ml.so.1. Test suites with stand-in drivers set it; it cannot come from the environment.
    /// </summary>
    public static GpuRoots OfThisProcess { get; } = AppContext.GetData("TestReaper.GpuRoot") is string root ? Below(root) : new GpuRoots();

    /// <summary>NVML: a path, or the name by which the loader finds it.</summary>
    public string Nvml { get; init; } = Nvml ?? NvmlLibrary.Name;

    public string DrmCards => Path.Combine(Sys, "class/drm");

    public string Kfd => Path.Combine(Sys, "class/kfd/kfd");

    /// <summary>Whether a driver may be loaded: file names only, microseconds.</summary>
    public bool HasDriver => HasNvidia || Directory.Exists(Path.Combine(Kfd, "topology")) || HasCard();

    /// <summary>
    /// Whether NVML may answer. Sandboxes may have the device without /proc/driver/nvidia, or only the library, and WSL has another device.
    /// </summary>
    public bool HasNvidia =>
        File.Exists(Path.Combine(Proc, "driver/nvidia/version"))
        || File.Exists(Path.Combine(Dev, "nvidiactl"))
        || File.Exists(Path.Combine(Dev, "dxg"))
        || IsInLibraryPath();

    /// <summary>Whether a driver may report the used memory of a device: NVIDIA's and AMD's do. Takes microseconds.</summary>
    public bool HasMemoryNumbers => HasNvidia
        || Directory.Exists(Path.Combine(Kfd, "topology"))
        || TextFile.TryList(DrmCards)?.Any(card => File.Exists(Path.Combine(card, "device/mem_info_vram_total"))) == true;

    /// <summary>Whether this is the Windows Subsystem for Linux, where pids of the driver mean nothing here.</summary>
    public bool IsWsl =>
        TextFile.TryRead(Path.Combine(Proc, "sys/kernel/osrelease"))?.Contains("microsoft", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Whether NVIDIA's devices have files, which their users have open. Some sandboxes have only the library.</summary>
    public bool HasNvidiaFiles => TextFile.TryList(Dev)?.Any(path => IsDeviceFile(path) && path != Path.Combine(Dev, "kfd")) == true;

    /// <summary>Whether a process that has this file open may use a GPU.</summary>
    public bool IsDeviceFile(string path) =>
        path.StartsWith(Path.Combine(Dev, "nvidia"), StringComparison.Ordinal)
        || path.StartsWith(Path.Combine(Dev, "dri/renderD"), StringComparison.Ordinal)
        || path == Path.Combine(Dev, "kfd")
        || path == Path.Combine(Dev, "dxg");

    public string ProcOf(int pid) => Path.Combine(Proc, pid.ToString(CultureInfo.InvariantCulture));

    public static GpuRoots Below(string root) => new(
        Path.Combine(root, "proc"), Path.Combine(root, "sys"), Path.Combine(root, "dev"), Path.Combine(root, StandIn));

    private bool IsInLibraryPath() =>
        !Path.IsPathRooted(Nvml) && NvmlLibrary.Directories.Any(directory => File.Exists(Path.Combine(directory, Nvml)));

    // The display of a server's management controller is a card without a render node.
    private bool HasCard() => TextFile.TryList(DrmCards)?.Any(IsRenderNode) == true;

    private static bool IsRenderNode(string path) => Path.GetFileName(path).StartsWith("renderD", StringComparison.Ordinal);
}
