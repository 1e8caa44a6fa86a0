namespace TestReaper.Gpu.Nvml;

// Constraint: initializing a GPU that has no client takes seconds, and the driver tears it down when the last client closes it. UUIDs
// outlive indexes, but a search by UUID fails when any GPU is lost, and a MIG handle is invalid once its instance is destroyed.
//
// Scheme: initialize once and keep the library open between readings. Each reading goes through the indexes, which do not change while
// the library is open, and reports each device under its UUID. The UUID of an index is remembered, so that a device that is lost later is
// still named. MIG instances are looked up anew each time.
//
// Invariants:
// - Whatever one device returns, the others are read.
// - A code becomes either an answer (no GPU) or a fault in words. Nothing is left out silently.
// - Memory numbers of two versions of the call never meet (NvmlMemoryReader).
//
// A pid of a list is one of this PID namespace from driver 535.113.01 on, and processes of other namespaces are left out, although their
// memory counts as used. Before that, it is one of the initial namespace. GpuHolder.IsVisible shows the difference.
// https://docs.nvidia.com/deploy/nvml-api/, https://github.com/NVIDIA/open-gpu-kernel-modules/pull/614

/// <summary>NVIDIA's GPUs, by NVML.</summary>
internal sealed class NvmlSource(GpuRoots roots)
{
    private readonly Dictionary<uint, string> _uuids = [];
    private NvmlLibrary? _library;
    private NvmlMemoryReader? _memory;
    private NvmlProcesses? _processes;
    private bool _isOpen;

    public void Read(GpuReadingBuilder reading)
    {
        if (roots.HasNvidia && TryOpen(reading) is { } library)
        {
            var result = library.Count(out var count);
            if (result != NvmlResult.Success)
            {
                reading.AddFault(null, GpuFaultKind.NotVerified, $"NVML cannot count the GPUs: {result.Describe(library)}.");
            }

            for (var i = 0u; i < count; i++)
            {
                ReadDevice(library, i, reading);
            }

            if (count > 0 && roots.IsWsl)
            {
                reading.AddFault(null, GpuFaultKind.NotVerified, "NVML lists no reliable pids under the Windows Subsystem for Linux.");
            }
        }
    }

    public void Close()
    {
        if (_isOpen)
        {
            _library!.Shutdown();
            _isOpen = false;
        }
    }

    private NvmlLibrary? TryOpen(GpuReadingBuilder reading)
    {
        _library ??= NvmlLibrary.TryLoad(roots.Nvml);
        if (_library is null || _isOpen)
        {
            return _library;
        }

        var result = _library.Init();
        if (result != NvmlResult.Success)
        {
            if (!result.MeansNoGpu())
            {
                reading.AddFault(null, GpuFaultKind.NotVerified, $"NVML cannot be initialized: {result.Describe(_library)}.");
            }

            return null;
        }

        _isOpen = true;
        _memory = new NvmlMemoryReader(_library);
        _processes = new NvmlProcesses(_library);
        return _library;
    }

    private void ReadDevice(NvmlLibrary library, uint index, GpuReadingBuilder reading)
    {
        var result = library.Handle(index, out var handle);
        if (result == NvmlResult.Success)
        {
            result = library.Uuid(handle, out var uuid);
            _uuids[index] = result == NvmlResult.Success ? uuid : _uuids.GetValueOrDefault(index, "");
        }

        if (result != NvmlResult.Success)
        {
            AddFault(library, result, _uuids.GetValueOrDefault(index), $"GPU {index}", reading);
            return;
        }

        library.Name(handle, out var name);
        library.MigMode(handle, out var isMig);
        var address = library.PciAddress(handle, out var bus) == NvmlResult.Success ? NvmlAddress.ToKernelForm(bus) : null;
        var device = new GpuDevice
        {
            Uuid = _uuids[index],
            Vendor = GpuVendor.Nvidia,
            Index = (int)index,
            PciAddress = address,
            Name = name.Length > 0 ? name : null,
            ComputeCapability = library.ComputeCapability(handle, out var version) == NvmlResult.Success ? version : null,
            Kind = NvmlAddress.IsNumaNode(roots, address) ? GpuKind.Coherent : GpuKind.Discrete,
        };
        if (isMig)
        {
            AddMigParent(handle, device, reading);
            ReadInstances(library, handle, device, reading);
        }
        else
        {
            AddDevice(library, handle, device, reading);
        }
    }

    // The numbers of a parent are sums over its instances and need privileges. Each instance has its own, so none are missed here.
    private void AddMigParent(nint handle, GpuDevice device, GpuReadingBuilder reading)
    {
        var (result, total, free, used, source) = _memory!.Read(handle);
        reading.Devices.Add(result == NvmlResult.Success
            ? device with { TotalMemory = total, FreeMemory = free, UsedMemory = used, MemorySource = source }
            : device);
        if (result.IsLost())
        {
            AddFault(_library!, result, device.Uuid, $"GPU {device.Index}", reading);
        }
    }

    private void ReadInstances(NvmlLibrary library, nint parent, GpuDevice gpu, GpuReadingBuilder reading)
    {
        library.MaxMigDevices(parent, out var count);
        for (var i = 0u; i < count; i++)
        {
            var result = library.MigDevice(parent, i, out var instance);
            if (result == NvmlResult.NotFound)
            {
                continue;
            }

            var uuid = "";
            if (result != NvmlResult.Success || (result = library.Uuid(instance, out uuid)) != NvmlResult.Success)
            {
                AddFault(library, result, gpu.Uuid, $"MIG instance {i} of GPU {gpu.Index}", reading);
                continue;
            }

            library.Name(instance, out var name);
            var device = gpu with { Uuid = uuid, Index = (int)i, Name = name.Length > 0 ? name : gpu.Name, ParentUuid = gpu.Uuid };
            AddDevice(library, instance, device, reading);
        }
    }

    private void AddDevice(NvmlLibrary library, nint handle, GpuDevice device, GpuReadingBuilder reading)
    {
        var what = device.ParentUuid is null ? $"GPU {device.Index}" : $"MIG instance {device.Index}";
        var (result, total, free, used, source) = _memory!.Read(handle);

        // Parts that share the memory of the system return NotSupported, or Success with zeros.
        var isUnified = result == NvmlResult.NotSupported || (result == NvmlResult.Success && total == 0);
        if (isUnified)
        {
            device = device with { Kind = GpuKind.Unified };
        }
        else if (result == NvmlResult.Success)
        {
            device = device with { TotalMemory = total, FreeMemory = free, UsedMemory = used, MemorySource = source };
        }
        else
        {
            AddFault(library, result, device.Uuid, $"the memory of {what}", reading);
        }

        reading.Devices.Add(device);
        var holders = new List<(int Pid, long? Bytes)>();
        var listed = result.IsLost() ? NvmlResult.Success : _processes!.Read(handle, holders);
        if (listed != NvmlResult.Success)
        {
            AddFault(library, listed, device.Uuid, $"the processes of {what}", reading);
        }

        foreach (var (pid, bytes) in holders)
        {
            reading.AddHolder(device.Uuid, pid, bytes);
        }
    }

    private static void AddFault(NvmlLibrary library, NvmlResult result, string? uuid, string what, GpuReadingBuilder reading) =>
        reading.AddFault(
            uuid is "" ? null : uuid,
            result.IsLost() ? GpuFaultKind.DeviceLost : GpuFaultKind.NotVerified,
            $"NVML cannot read {what}: {result.Describe(library)}.");
}
