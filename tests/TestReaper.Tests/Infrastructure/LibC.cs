using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TestReaper.Tests.Infrastructure;

/// <summary>The native calls of the tests. An oracle that shared code with the product would share its bugs.</summary>
internal static partial class LibC
{
    public const int O_RDONLY = 0;
    public const int O_CLOEXEC = 0x80000;

    public const int LOCK_SH = 1;
    public const int LOCK_NB = 4;
    public const int LOCK_UN = 8;

    public const int EWOULDBLOCK = 11;

    public const int SIGHUP = 1;
    public const int SIGINT = 2;
    public const int SIGKILL = 9;
    public const int SIGTERM = 15;
    public const int SIGCONT = 18;
    public const int SIGSTOP = 19;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int kill(int pid, int signal);
}
