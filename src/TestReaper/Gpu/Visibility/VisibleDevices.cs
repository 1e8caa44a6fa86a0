namespace TestReaper.Gpu.Visibility;

// Constraint: a test run may be restricted to some GPUs by variables that the runtimes of the vendors read, and a lease must stay within
// them: the other GPUs belong to other jobs. The numbers in the variables mean nothing outside the runtime that reads them, and a server
// that gets one list reads no other, so they are translated to devices before a device is chosen.
//
// Scheme, by vendor:
// - NVIDIA: CUDA_VISIBLE_DEVICES. Unset means all, and then SLURM_STEP_GPUS or SLURM_JOB_GPUS restrict, where a job was given GPUs without
//   the variable. The numbers are those of PCI_BUS_ID. CUDA's own default, the fastest GPU first, cannot be computed without CUDA; it is
//   the same order where all GPUs are of one model.
// - AMD: ROCR_VISIBLE_DEVICES restricts the whole stack. HIP_VISIBLE_DEVICES, or else CUDA_VISIBLE_DEVICES, counts within its result, and
//   so does GPU_DEVICE_ORDINAL.
// - Intel: ZE_AFFINITY_MASK, where an empty value means all.
// A GPU in MIG mode stands for its instances: CUDA can use nothing else of it.
//
// Invariants:
// - The result depends on the arguments alone.
// - A value that cannot be understood hides devices and never shows more.
// https://docs.nvidia.com/cuda/cuda-c-programming-guide/#cuda-environment-variables
// https://rocm.docs.amd.com/en/latest/conceptual/gpu-isolation.html
// https://oneapi-src.github.io/level-zero-spec/level-zero/latest/core/PROG.html#environment-variables

/// <summary>The devices that an environment leaves to a server.</summary>
internal sealed class VisibleDevices(IReadOnlyList<GpuDevice> all, GpuNumbers numbers, IReadOnlyDictionary<string, string> environment)
{
    private const string Cuda = "CUDA_VISIBLE_DEVICES", Rocr = "ROCR_VISIBLE_DEVICES", Hip = "HIP_VISIBLE_DEVICES";
    private const string Ordinal = "GPU_DEVICE_ORDINAL", Affinity = "ZE_AFFINITY_MASK";
    private static readonly string[] Slurm = ["SLURM_STEP_GPUS", "SLURM_JOB_GPUS"];

    /// <summary>The variables that name devices, by vendor.</summary>
    public static IReadOnlyDictionary<GpuVendor, string[]> Variables { get; } = new Dictionary<GpuVendor, string[]>
    {
        [GpuVendor.Nvidia] = [Cuda],
        [GpuVendor.Amd] = [Rocr, Hip, Ordinal, Cuda],
        [GpuVendor.Intel] = [Affinity],
    };

    /// <summary>The visible devices of a vendor, in the order of the variable. GPUs in MIG mode are replaced by their instances.</summary>
    public IReadOnlyList<GpuDevice> Of(GpuVendor vendor) => [.. GpusOf(vendor).SelectMany(InstancesOf).Distinct()];

    /// <summary>The variable that hides devices of a vendor, with its value, for messages; null if none is set.</summary>
    public string? RestrictionOf(GpuVendor vendor) => Variables.GetValueOrDefault(vendor, [])
        .Concat(vendor is GpuVendor.Nvidia or GpuVendor.Amd ? Slurm : [])
        .Where(environment.ContainsKey)
        .Select(name => $"{name}={environment[name]}")
        .FirstOrDefault();

    /// <summary>Whether a GPU is in MIG mode, so that only its instances can be used.</summary>
    public bool HasInstances(GpuDevice gpu) => all.Any(device => device.ParentUuid == gpu.Uuid);

    private IReadOnlyList<GpuDevice> GpusOf(GpuVendor vendor)
    {
        var numbered = numbers.Of(vendor, all);
        var named = all.Where(device => device.Vendor == vendor).ToList();
        return vendor switch
        {
            GpuVendor.Nvidia => TryGet(Cuda) is { } list ? DeviceList.Parse(list, numbered, named) : WithinSlurm(numbered),
            GpuVendor.Amd => OfRocm(numbered),
            GpuVendor.Intel => TryGet(Affinity) is { Length: > 0 } mask ? DeviceList.ParseMask(mask, numbered) : numbered,
            _ => numbered,
        };
    }

    private IReadOnlyList<GpuDevice> OfRocm(IReadOnlyList<GpuDevice> numbered)
    {
        var (rocr, hip) = (TryGet(Rocr), TryGet(Hip) ?? TryGet(Cuda));
        var ofStack = rocr is not null ? DeviceList.Parse(rocr, numbered, numbered)
            : hip is null && TryGet(Ordinal) is null ? WithinSlurm(numbered) : numbered;
        var ofHip = hip is null ? ofStack : DeviceList.Parse(hip, ofStack, ofStack);
        return TryGet(Ordinal) is { } ordinal ? [.. ofHip.Intersect(DeviceList.Parse(ordinal, ofStack, ofStack))] : ofHip;
    }

    private IReadOnlyList<GpuDevice> WithinSlurm(IReadOnlyList<GpuDevice> numbered) =>
        Slurm.Select(TryGet).FirstOrDefault(value => !string.IsNullOrEmpty(value)) is { } job
            ? DeviceList.ParseRanges(job, numbered)
            : numbered;

    private IEnumerable<GpuDevice> InstancesOf(GpuDevice device) =>
        HasInstances(device) ? all.Where(other => other.ParentUuid == device.Uuid) : [device];

    private string? TryGet(string name) => environment.GetValueOrDefault(name);
}
