using TestReaper.Gpu.Drm;

namespace TestReaper.Gpu.Release;

// Constraint: a driver frees the memory of a killed process late, by up to minutes, and either the entry of its list or the memory may go
// first. AMD's KFD removes the entry first (kfd_process_wq_release), and on NVIDIA "no process listed, memory held" was seen
// (sgl-project/sglang #36605). Others use the device at the same time, and their memory counts as used.
//
// Scheme: a device is released when no pid of the tree is listed and used <= target, where
//   target = used before the launch - outside memory then + outside memory now + headroom.
// Outside memory is what visible processes outside the tree hold, including this process. So a neighbour that grows raises the target,
// and one that has left lowers it together with the used memory. The headroom covers what no process is listed for.
//
// What cannot be decided is not verified, and says why:
// - Pids of another PID namespace (KFD in a container, WSL) match nothing here. The memory alone can prove a release, not a leak.
// - An invisible holder, or a neighbour whose memory the driver does not report, may be the reason for memory above the target.
// - Unified devices have no memory of their own, on coherent ones the operating system keeps pages, and the memory of an fdinfo
//   source is that of the listed processes: the pids alone decide.
// - Without a reading from before the launch there is no target, and NVML's two memory calls are not comparable.
//
// Invariants: telemetry that worked before and is lost is never a success, and a lost device never waits for the deadline.
// https://docs.nvidia.com/deploy/nvml-api/, https://github.com/vllm-project/vllm/pull/52282, drivers/gpu/drm/amd/amdkfd/kfd_process.c

/// <summary>Judges the readings of one device after its tree is gone. For one thread.</summary>
/// <param name="device">The device as it was seen first.</param>
/// <param name="baseline">Null if there is no target.</param>
/// <param name="noBaseline">Why there is none.</param>
/// <param name="headroom">Null for the default.</param>
/// <param name="tree">The processes of the tree.</param>
/// <param name="roots">Where the drivers are found.</param>
internal sealed class GpuDeviceRelease(
    GpuDevice device, GpuBaseline? baseline, string? noBaseline, long? headroom, GpuTree tree, GpuRoots roots)
{
    public GpuDevice Device => device;

    public string Name { get; } = GpuText.Name(device);

    public GpuBaseline? Baseline => baseline;

    /// <summary>The target while the memory outside the tree is what it was before; null if there is none.</summary>
    public long? InitialTarget => baseline?.Target(baseline.Outside, Headroom);

    private long Headroom => headroom ?? GpuHeadroom.Default(device);

    /// <summary>Whether the pids of a driver's list are of another PID namespace, whatever /proc shows under their numbers.</summary>
    public static bool HasForeignPids(GpuDevice device, GpuRoots roots) => device.Vendor switch
    {
        GpuVendor.Amd => KfdProcesses.IsInNamespace(roots),
        GpuVendor.Nvidia => roots.IsWsl,
        _ => false,
    };

    public GpuJudgement Judge(GpuReading reading)
    {
        var now = reading.Devices.FirstOrDefault(other => other.Uuid == device.Uuid);
        var lost = reading.Faults.FirstOrDefault(fault => fault.Kind == GpuFaultKind.DeviceLost && IsAboutThis(fault, now));
        if (lost is not null)
        {
            return new GpuJudgement(GpuVerdict.Held, $"the device itself, which has failed: {lost.Text.TrimEnd('.')}")
            {
                IsFinal = true,
                IsFatal = true,
                Used = now?.UsedMemory,
                Target = InitialTarget,
            };
        }

        // A device that reported its memory before and does not now has lost it. It has not become a unified one.
        return now is null
            ? JudgeAbsent(reading)
            : JudgePresent(new GpuDeviceState(now with { Kind = device.Kind }, reading, tree, roots));
    }

    // A helper process that was started after the device had failed does not know its UUID any more.
    private bool IsAboutThis(GpuFault fault, GpuDevice? now) =>
        fault.DeviceUuid is { } uuid ? uuid == device.Uuid || uuid == device.ParentUuid : now is null;

    private GpuJudgement JudgeAbsent(GpuReading reading)
    {
        if (!roots.HasDriver)
        {
            return new GpuJudgement(GpuVerdict.NotVerified, "no GPU driver is loaded any more") { IsSettled = true };
        }

        if (device.ParentUuid is { } parent && reading.Devices.Any(other => other.Uuid == parent))
        {
            var uuids = reading.Devices.Where(other => other.Uuid == parent || other.ParentUuid == parent).Select(other => other.Uuid);
            var left = uuids.SelectMany(reading.AllHoldersOf).FirstOrDefault(holder => tree.Contains(holder.Pid));
            return left is null
                ? new GpuJudgement(GpuVerdict.Released, "the MIG instance was destroyed, and its GPU lists no process of the tree")
                {
                    IsSettled = true,
                }
                : new GpuJudgement(
                    GpuVerdict.NotVerified, $"the MIG instance was destroyed, but its GPU still lists {tree.Describe(left.Pid)}");
        }

        var faults = reading.Faults.Where(fault => fault.DeviceUuid is null || fault.DeviceUuid == device.Uuid);
        var reason = GpuText.Join(faults) ?? "the driver does not list the device any more";
        return baseline is null
            ? new GpuJudgement(GpuVerdict.NotVerified, reason) { IsSettled = true }
            : Lost(reason);
    }

    // Keep trying until the deadline: a driver that is reset answers again.
    private static GpuJudgement Lost(string reason) =>
        new(GpuVerdict.NotVerified, $"the telemetry that worked before the launch is lost: {reason}") { IsFatal = true };

    private GpuJudgement JudgePresent(GpuDeviceState now)
    {
        var target = baseline?.Target(now.Outside, Headroom);
        return now switch
        {
            { TreePids.Count: > 0 } => Held(now, target, now.DescribeTree()),
            { ReportsMemory: false } => JudgePids(now),
            _ when baseline is null => Settled(now, GpuVerdict.NotVerified, noBaseline ?? "there is no reading from before the launch"),
            { Device.UsedMemory: null } => Lost(now.Faults ?? "the driver does not report the used memory"),
            _ when baseline.Source != now.Device.MemorySource => Settled(
                now,
                GpuVerdict.NotVerified,
                $"the memory before the launch ({baseline.Source}) and now ({now.Device.MemorySource}) are not comparable"),
            _ => JudgeMemory(now, baseline, target!.Value),
        };
    }

    private static GpuJudgement JudgePids(GpuDeviceState now) =>
        now.PidDoubt is { } doubt
            ? Settled(now, GpuVerdict.NotVerified, doubt)
            : Settled(now, GpuVerdict.Released, now.DescribeMemory());

    private GpuJudgement JudgeMemory(GpuDeviceState now, GpuBaseline before, long target)
    {
        if (now.Device.UsedMemory <= target)
        {
            if (now.Device.UsedMemory > now.Outside + Headroom && now.FindLeftUnmeasured(before) is { } left)
            {
                var reason = $"the memory before the launch included an unknown amount of process {left}, which has left the device";
                return Settled(now, GpuVerdict.NotVerified, reason, target);
            }

            var remark = now.PidDoubt is { } doubt ? $"only its memory was verified, since {doubt}" : null;
            string?[] parts = [remark, now.DescribeNeighbours()];
            var detail = string.Join("; ", parts.OfType<string>());
            return Settled(now, GpuVerdict.Released, detail.Length == 0 ? null : detail, target);
        }

        var amounts = now.DescribeAmounts(target);
        return now.PidDoubt is { } unknown
            ? new GpuJudgement(GpuVerdict.NotVerified, $"{amounts}, and {unknown}") { Used = now.Device.UsedMemory, Target = target }
            : now.FindUnmeasured(before) is { } neighbour
            ? new GpuJudgement(GpuVerdict.NotVerified, $"{amounts}, and the driver does not report the memory of {neighbour}")
            {
                Used = now.Device.UsedMemory,
                Target = target,
            }
            : Held(now, target, "no process that the driver lists");
    }

    private static GpuJudgement Held(GpuDeviceState now, long? target, string holder)
    {
        var amounts = now.ReportsMemory && target is { } known ? $"; {now.DescribeAmounts(known)}" : "";
        var neighbours = now.DescribeNeighbours() is { } others ? $"; {others}" : "";
        return new GpuJudgement(GpuVerdict.Held, holder + amounts + neighbours)
        {
            IsFatal = true,
            Used = now.Device.UsedMemory,
            Target = target,
        };
    }

    private static GpuJudgement Settled(GpuDeviceState now, GpuVerdict verdict, string? detail, long? target = null) =>
        new(verdict, detail) { IsSettled = true, Used = now.Device.UsedMemory, Target = target };
}
