using System.Runtime.InteropServices;

namespace SampleServer.Holding;

/// <summary>Memory that cannot be paged out. It stands for the pinned host buffers of a GPU process.</summary>
internal static unsafe class LockedMemory
{
    private const nuint Size = 4 * 1024 * 1024;

    // Never freed: like GPU memory, it is released when the process is gone.
    public static bool TryTake()
    {
        var memory = NativeMemory.AlignedAlloc(Size, (nuint)Environment.SystemPageSize);

        return !OperatingSystem.IsWindows() && LibC.mlock(memory, Size) == 0;
    }
}
