using System.Globalization;
using System.Runtime.InteropServices;

namespace TestReaper.TestProcess;

/// <summary>Holds memory of the first CUDA device, and pinned memory of the system, until the process ends (libcuda.so.1).</summary>
internal static unsafe partial class Cuda
{
    private const string Library = "libcuda.so.1";
    private const long MiB = 1 << 20;
    private const nuint Chunk = 256 * (nuint)MiB;

    /// <param name="amounts">DEVICE:PINNED, both in MiB.</param>
    public static void Hold(string amounts)
    {
        var numbers = amounts.Split(':').Select(number => (nuint)(long.Parse(number, CultureInfo.InvariantCulture) * MiB)).ToArray();
        try
        {
            Check(cuInit(0), nameof(cuInit));
            Check(cuDeviceGet(out var device, 0), nameof(cuDeviceGet));
            Check(cuCtxCreate_v2(out _, 0, device), nameof(cuCtxCreate_v2));
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new IOException(error.Message, error);
        }

        foreach (var size in Chunks(numbers[0]))
        {
            Check(cuMemAlloc_v2(out var memory, size), nameof(cuMemAlloc_v2));
            Check(cuMemsetD8_v2(memory, 1, size), nameof(cuMemsetD8_v2));
        }

        foreach (var size in Chunks(numbers[1]))
        {
            Check(cuMemHostAlloc(out _, size, 0), nameof(cuMemHostAlloc));
        }

        Check(cuCtxSynchronize(), nameof(cuCtxSynchronize));
    }

    private static IEnumerable<nuint> Chunks(nuint total)
    {
        for (nuint done = 0; done < total; done += Chunk)
        {
            yield return Math.Min(Chunk, total - done);
        }
    }

    private static void Check(int code, string function)
    {
        if (code != 0)
        {
            throw new IOException($"{function} returned {code}.");
        }
    }

    [LibraryImport(Library)]
    private static partial int cuInit(uint flags);

    [LibraryImport(Library)]
    private static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Library)]
    private static partial int cuCtxCreate_v2(out nint context, uint flags, int device);

    [LibraryImport(Library)]
    private static partial int cuMemAlloc_v2(out ulong memory, nuint size);

    [LibraryImport(Library)]
    private static partial int cuMemsetD8_v2(ulong memory, byte value, nuint count);

    [LibraryImport(Library)]
    private static partial int cuMemHostAlloc(out nint memory, nuint size, uint flags);

    [LibraryImport(Library)]
    private static partial int cuCtxSynchronize();
}
