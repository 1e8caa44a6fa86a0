namespace TestReaper.Gpu.Nvml;

// Constraint: the driver's library is newer or older than this code, may lack any function, and is absent on most machines. The header
// maps names to the newest version by macros, so an unversioned symbol is the oldest ABI. DllImport would throw for what is missing.
//
// Scheme: NativeLibrary loads it, and each function is an optional pointer. A function that is missing returns FunctionNotFound, the code
// that newer libraries return for functions that older drivers lack, so a caller handles both in one place: it takes the next older
// version. Layouts are those of nvml.h for 64-bit systems.
//
// This file and its neighbours hold calls and layouts only; NvmlSource decides.
// https://docs.nvidia.com/deploy/nvml-api/

/// <summary>The functions of NVIDIA's management library.</summary>
internal sealed unsafe class NvmlLibrary
{
    private const int TextLength = 96;
    private readonly nint _library;
    private readonly nint _init, _shutdown, _errorString, _count, _handleByIndex, _uuid, _name, _pciInfo, _capability, _memory, _memoryV2;
    private readonly nint _migMode, _maxMigDevices, _migDevice;

    private NvmlLibrary(nint library)
    {
        _library = library;
        _init = FindFirst("nvmlInit_v2", "nvmlInit");
        _shutdown = Find("nvmlShutdown");
        _errorString = Find("nvmlErrorString");
        _count = FindFirst("nvmlDeviceGetCount_v2", "nvmlDeviceGetCount");
        _handleByIndex = FindFirst("nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex");
        _uuid = Find("nvmlDeviceGetUUID");
        _name = Find("nvmlDeviceGetName");
        _pciInfo = Find("nvmlDeviceGetPciInfo_v3");
        _capability = Find("nvmlDeviceGetCudaComputeCapability");
        _memory = Find("nvmlDeviceGetMemoryInfo");
        _memoryV2 = Find("nvmlDeviceGetMemoryInfo_v2");
        _migMode = Find("nvmlDeviceGetMigMode");
        _maxMigDevices = Find("nvmlDeviceGetMaxMigDeviceCount");
        _migDevice = Find("nvmlDeviceGetMigDeviceHandleByIndex");
    }

    /// <summary>Null if the library is not installed, or is of another architecture.</summary>
    public static NvmlLibrary? TryLoad(string name) => NativeLibrary.TryLoad(name, out var library) ? new NvmlLibrary(library) : null;

    /// <summary>The address of a function; 0 if the library has none of this name.</summary>
    public nint Find(string name) => NativeLibrary.TryGetExport(_library, name, out var function) ? function : 0;

    public NvmlResult Init() => Call(_init);

    public NvmlResult Shutdown() => Call(_shutdown);

    public string ErrorText(NvmlResult result) => _errorString == 0
        ? "unknown error"
        : Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<NvmlResult, nint>)_errorString)(result)) ?? "unknown error";

    public NvmlResult Count(out uint count)
    {
        fixed (uint* pointer = &count)
        {
            *pointer = 0;
            return _count == 0 ? NvmlResult.FunctionNotFound : ((delegate* unmanaged[Cdecl]<uint*, NvmlResult>)_count)(pointer);
        }
    }

    public NvmlResult Handle(uint index, out nint device)
    {
        fixed (nint* pointer = &device)
        {
            *pointer = 0;
            return _handleByIndex == 0
                ? NvmlResult.FunctionNotFound
                : ((delegate* unmanaged[Cdecl]<uint, nint*, NvmlResult>)_handleByIndex)(index, pointer);
        }
    }

    public NvmlResult Uuid(nint device, out string text) => Text(_uuid, device, out text);

    public NvmlResult Name(nint device, out string text) => Text(_name, device, out text);

    /// <summary>Like <c>00000000:01:00.0</c>, in upper case.</summary>
    public NvmlResult PciAddress(nint device, out string address)
    {
        // nvmlPciInfo_t: 68 bytes, of which the last 32 are the address.
        var info = stackalloc byte[128];
        new Span<byte>(info, 128).Clear();
        var result = Call(_pciInfo, device, info);
        address = Marshal.PtrToStringUTF8((nint)(info + 36)) ?? "";
        return result;
    }

    public NvmlResult ComputeCapability(nint device, out Version version)
    {
        int major = 0, minor = 0;
        var result = _capability == 0
            ? NvmlResult.FunctionNotFound
            : ((delegate* unmanaged[Cdecl]<nint, int*, int*, NvmlResult>)_capability)(device, &major, &minor);
        version = new Version(Math.Max(major, 0), Math.Max(minor, 0));
        return result;
    }

    public NvmlResult Memory(nint device, out NvmlMemoryV1 memory)
    {
        fixed (NvmlMemoryV1* pointer = &memory)
        {
            *pointer = default;
            return Call(_memory, device, pointer);
        }
    }

    public NvmlResult Memory(nint device, out NvmlMemoryV2 memory)
    {
        fixed (NvmlMemoryV2* pointer = &memory)
        {
            *pointer = new NvmlMemoryV2 { Version = (uint)sizeof(NvmlMemoryV2) | (2 << 24) };
            return Call(_memoryV2, device, pointer);
        }
    }

    public NvmlResult MigMode(nint device, out bool isOn)
    {
        uint current = 0, pending = 0;
        var result = _migMode == 0
            ? NvmlResult.FunctionNotFound
            : ((delegate* unmanaged[Cdecl]<nint, uint*, uint*, NvmlResult>)_migMode)(device, &current, &pending);
        isOn = result == NvmlResult.Success && current == 1;
        return result;
    }

    public NvmlResult MaxMigDevices(nint device, out uint count)
    {
        fixed (uint* pointer = &count)
        {
            *pointer = 0;
            return Call(_maxMigDevices, device, pointer);
        }
    }

    /// <summary>NotFound means that there is no instance at this index; there may be more at the next ones.</summary>
    public NvmlResult MigDevice(nint device, uint index, out nint instance)
    {
        fixed (nint* pointer = &instance)
        {
            *pointer = 0;
            return _migDevice == 0
                ? NvmlResult.FunctionNotFound
                : ((delegate* unmanaged[Cdecl]<nint, uint, nint*, NvmlResult>)_migDevice)(device, index, pointer);
        }
    }

    private static NvmlResult Text(nint function, nint device, out string text)
    {
        var buffer = stackalloc byte[TextLength];
        *buffer = 0;
        var result = function == 0
            ? NvmlResult.FunctionNotFound
            : ((delegate* unmanaged[Cdecl]<nint, byte*, uint, NvmlResult>)function)(device, buffer, TextLength);
        text = Marshal.PtrToStringUTF8((nint)buffer) ?? "";
        return result;
    }

    private static NvmlResult Call(nint function) =>
        function == 0 ? NvmlResult.FunctionNotFound : ((delegate* unmanaged[Cdecl]<NvmlResult>)function)();

    private static NvmlResult Call(nint function, nint device, void* value) => function == 0
        ? NvmlResult.FunctionNotFound
        : ((delegate* unmanaged[Cdecl]<nint, void*, NvmlResult>)function)(device, value);

    private nint FindFirst(params string[] names) => names.Select(Find).FirstOrDefault(function => function != 0);
}
