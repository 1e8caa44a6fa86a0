namespace TestReaper.Gpu.Nvml;

/// <summary>nvmlMemory_t: 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NvmlMemoryV1
{
    public ulong Total, Free, Used;
}

/// <summary>nvmlMemory_v2_t: 40 bytes. The version is the size and, from bit 24 on, the number 2.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NvmlMemoryV2
{
    public uint Version;
    public ulong Total, Reserved, Free, Used;
}

/// <summary>
/// Reads the memory of devices by one version of the call for as long as the library is open. Version 1 counts the driver's reserve as
/// used and version 2 does not, so a change of the version between two readings would look like a leak.
/// </summary>
internal sealed class NvmlMemoryReader(NvmlLibrary library)
{
    private GpuMemorySource _source;

    /// <returns>The code, and with Success the numbers and their source.</returns>
    public (NvmlResult Result, long Total, long Free, long Used, GpuMemorySource Source) Read(nint device)
    {
        if (_source != GpuMemorySource.NvmlV1)
        {
            var result = library.Memory(device, out NvmlMemoryV2 memory);

            // Code 999 comes from drivers under WSL that lack version 2. After a success it is an error like others.
            var isMissing = result is NvmlResult.FunctionNotFound or NvmlResult.ArgumentVersionMismatch or NvmlResult.Unknown;
            if (_source == GpuMemorySource.NvmlV2 || !isMissing)
            {
                _source = result == NvmlResult.Success ? GpuMemorySource.NvmlV2 : _source;
                return (result, (long)memory.Total, (long)memory.Free, (long)memory.Used, GpuMemorySource.NvmlV2);
            }

            _source = GpuMemorySource.NvmlV1;
        }

        var code = library.Memory(device, out NvmlMemoryV1 old);
        return (code, (long)old.Total, (long)old.Free, (long)old.Used, GpuMemorySource.NvmlV1);
    }
}
