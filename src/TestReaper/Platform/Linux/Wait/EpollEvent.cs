namespace TestReaper.Platform.Linux.Wait;

/// <summary>struct epoll_event: packed to 12 bytes on x86 alone, 16 bytes with natural alignment elsewhere.</summary>
internal static unsafe class EpollEvent
{
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;

    internal static readonly int Size = IsPacked ? 12 : 16;

    private static readonly int KeyOffset = IsPacked ? 4 : 8;

    internal static void Write(byte* target, uint events, int key)
    {
        *(uint*)target = events;
        *(long*)(target + KeyOffset) = key;
    }

    internal static int GetKey(byte* source) => (int)*(long*)(source + KeyOffset);
}
