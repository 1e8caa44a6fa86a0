using System.Runtime.InteropServices;

namespace SampleServer;

internal static unsafe partial class LibC
{
    public const int SIGTERM = 15;

    [LibraryImport("libc")]
    public static partial int setsid();

    [LibraryImport("libc")]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc")]
    public static partial int mlock(void* address, nuint length);
}
