using TestReaper.Gpu;
using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Tool.Doctor;

/// <summary>Whether GPU memory can be confirmed to be free after a reap.</summary>
internal static class GpuRows
{
    private const string Unverified = "A reap cannot confirm that the GPU memory of a server is free.";

    public static IEnumerable<DoctorRow> Find(IProcessPlatform platform, GpuRoots roots, TimeSpan limit)
    {
        if (!roots.HasDriver)
        {
            return [DoctorRow.Ok("GPU driver", "none: there is no GPU here that this user can see")];
        }

        using var telemetry = new GpuTelemetry(platform, roots);
        var reading = telemetry.Read(limit);
        return
        [
            DoctorRow.Ok("GPU driver", reading is { Devices.Count: 0, Faults.Count: 0 } ? "present, without a GPU" : "present"),
            FindMechanism(reading.Mechanism),
            .. reading.Devices.Select(device => FindDevice(device, roots)),
            .. reading.Faults.Select(FindFault),
        ];
    }

    private static DoctorRow FindMechanism(GpuMechanism mechanism) => mechanism == GpuMechanism.HelperProcess
        ? DoctorRow.Ok("GPU telemetry", "by a helper process: a driver that hangs does not keep a test host from exiting")
        : new(
            "GPU telemetry", RowState.Limited, "by a thread, because no helper process can be started",
            "A test host whose query hangs in the driver cannot exit, not even by SIGKILL.",
            "Run the tests with the dotnet program (not self-contained or single-file), and make the state directory row ok.");

    private static DoctorRow FindDevice(GpuDevice device, GpuRoots roots)
    {
        var name = device.ParentUuid is null ? $"GPU {device.Index}" : $"MIG instance {device.Index}";
        var memory = device.TotalMemory is { } bytes ? FoundMemory.Size(bytes) : "memory unknown";
        var what = $"{device.Vendor} {device.Name ?? "GPU"} ({memory}), {device.Uuid}";
        DoctorRow Limited(string found, string cost, string remedy) => new(name, RowState.Limited, $"{what}; {found}", cost, remedy);
        return device switch
        {
            { Kind: GpuKind.Unified } => Limited(
                "it shares the memory of the system", "Only the processes are verified: it has no memory of its own to compare.",
                "None: the hardware is built so."),
            { Kind: GpuKind.Coherent } => Limited(
                "the operating system owns its memory",
                "Only the processes are verified: the system may keep pages of processes that have ended.",
                "None while the GPU is a NUMA node of the system."),
            { MemorySource: GpuMemorySource.Fdinfo } => Limited(
                "its used memory is the sum over the processes that this user may read",
                "Memory that a process of another user holds is not seen.", "Run the tests as root to see all processes."),
            { MemorySource: GpuMemorySource.None } => Limited(
                "its driver does not report used memory", "Only the processes are verified.", "Update the driver."),
            { Vendor: GpuVendor.Nvidia } when roots.IsWsl => Limited(
                "under WSL the driver reports no pids of this system", "Only the memory is verified, and holders have no name.",
                "Run the tests on Linux itself."),
            { MemorySource: GpuMemorySource.NvmlV1 } => DoctorRow.Ok(name, $"{what}; used memory by NVML, with the driver's reserve"),
            { MemorySource: GpuMemorySource.NvmlV2 } => DoctorRow.Ok(name, $"{what}; used memory by NVML"),
            _ => DoctorRow.Ok(name, $"{what}; used memory by sysfs"),
        };
    }

    private static DoctorRow FindFault(GpuFault fault) => fault.Kind switch
    {
        GpuFaultKind.DeviceLost => new(
            "GPU fault", RowState.Missing, fault.Text, "The GPU works again only after a reset, and servers on it fail.",
            "nvidia-smi --gpu-reset, or restart the machine."),
        GpuFaultKind.NoAnswer => new(
            "GPU fault", RowState.Missing, fault.Text, Unverified,
            "Wait longer (--timeout 120) for an idle GPU; else look for Xid messages (dmesg) and restart the machine."),
        _ => new(
            "GPU fault", RowState.Missing, fault.Text, Unverified,
            "Give this user or container access to the driver's devices and /proc, and restart the machine after a driver update."),
    };
}
