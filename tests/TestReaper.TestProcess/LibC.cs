using System.Runtime.InteropServices;

namespace TestReaper.TestProcess;

/// <summary>Functions and constants of the C library, under their C names.</summary>
internal static partial class LibC
{
    public const int SOL_SOCKET = 1;
    public const int SO_REUSEPORT = 15;

    public const int SIGTERM = 15;

    [LibraryImport("libc")]
    public static partial uint alarm(uint seconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setpgid(int pid, int group);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsid();

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, nint argument);
}
