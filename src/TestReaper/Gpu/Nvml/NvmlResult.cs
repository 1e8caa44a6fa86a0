namespace TestReaper.Gpu.Nvml;

/// <summary>The codes that NVML's functions return.</summary>
internal enum NvmlResult
{
    Success = 0,
    NotSupported = 3,
    NoPermission = 4,
    NotFound = 6,
    InsufficientSize = 7,
    DriverNotLoaded = 9,
    LibraryNotFound = 12,
    FunctionNotFound = 13,
    GpuIsLost = 15,
    ResetRequired = 16,
    OperatingSystem = 17,
    VersionMismatch = 18,
    ArgumentVersionMismatch = 25,
    GpuNotFound = 28,
    Unknown = 999,
}

internal static class NvmlResults
{
    /// <summary>Whether the device works again only after a reset.</summary>
    public static bool IsLost(this NvmlResult result) => result is NvmlResult.GpuIsLost or NvmlResult.ResetRequired;

    /// <summary>Whether an initialization that fails with the code says that there is nothing to query: an answer, not a fault.</summary>
    public static bool MeansNoGpu(this NvmlResult result) =>
        result is NvmlResult.DriverNotLoaded or NvmlResult.LibraryNotFound or NvmlResult.GpuNotFound;

    /// <summary>A clause for a message, without a full stop.</summary>
    public static string Describe(this NvmlResult result, NvmlLibrary library) => result switch
    {
        NvmlResult.VersionMismatch =>
            "driver/library version mismatch: the driver was updated under the running kernel; reboot, or reload its modules",
        NvmlResult.OperatingSystem or NvmlResult.Unknown =>
            $"the system blocks the driver's device files, as in a container without GPUs (code {(int)result})",
        NvmlResult.NoPermission => "this user has no permission",
        NvmlResult.GpuIsLost => "the device is lost: it has fallen off the bus",
        NvmlResult.ResetRequired => "the device needs a reset",
        NvmlResult.FunctionNotFound => "the driver's library has no function for it",
        NvmlResult.NotSupported => "the device does not support it",
        _ => $"{library.ErrorText(result)} (code {(int)result})",
    };
}
