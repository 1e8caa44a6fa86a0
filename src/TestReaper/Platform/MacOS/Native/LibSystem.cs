namespace TestReaper.Platform.MacOS.Native;

/// <summary>Signatures of libSystem only. The callers interpret the results, one mechanism a file.</summary>
/// <remarks>
/// The last argument of open(2) and fcntl(2) is variadic. Arm64 macOS passes variadic arguments on the stack, x86-64 in the next
/// register. So it is given twice: as the third argument, and as the ninth, which is the first on the stack.
/// https://developer.apple.com/documentation/xcode/writing-arm64-code-for-apple-platforms
/// </remarks>
internal static unsafe partial class LibSystem
{
    internal const int ExecuteAccess = 1;
    private const string Library = "libc";

    internal static int Open(string path, int flags, uint mode) => OpenVariadic(path, flags, mode, 0, 0, 0, 0, 0, mode);

    internal static int Control(int fd, int command, nint argument) =>
        ControlVariadic(fd, command, argument, 0, 0, 0, 0, 0, argument);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int proc_listallpids(int* pids, int size);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int proc_pidinfo(int pid, int flavor, ulong argument, void* buffer, int size);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int proc_pidfdinfo(int pid, int fd, int flavor, void* buffer, int size);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int proc_pidpath(int pid, byte* path, uint size);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int sysctl(int* name, uint length, void* old, nuint* oldSize, void* value, nuint size);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int sysctlbyname(string name, void* old, nuint* oldSize, void* value, nuint size);

    [LibraryImport(Library)]
    internal static partial int mach_timebase_info(out TimeBase info);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getsid(int pid);

    [LibraryImport(Library)]
    internal static partial uint geteuid();

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getrlimit(int resource, out ResourceLimits limits);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kill(int pid, int signal);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int waitid(int idType, int id, Span<byte> siginfo, int options);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kqueue();

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int kevent(
        int queue, KernelEvent* changes, int changeCount, KernelEvent* events, int eventCount, TimeSpec* timeout);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int poll(ref PollFd fds, uint count, int timeoutMilliseconds);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int pipe(int* fds);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint read(int fd, Span<byte> buffer, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint write(int fd, ReadOnlySpan<byte> buffer, nuint count);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int dup2(int from, int to);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int flock(int fd, int operation);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int access(string path, int mode);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint realpath(string path, Span<byte> resolved);

    [LibraryImport(Library, SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int lstat(string path, Span<byte> status);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fstat(int fd, Span<byte> status);

    // On x86-64 the plain names have 32-bit inodes and another structure.
    [LibraryImport(Library, EntryPoint = "lstat$INODE64", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int LongStatus(string path, Span<byte> status);

    [LibraryImport(Library, EntryPoint = "fstat$INODE64", SetLastError = true)]
    internal static partial int LongStatus(int fd, Span<byte> status);

    // The posix_spawn family returns the error instead of setting errno. Its opaque types are pointers.
    [LibraryImport(Library)]
    internal static partial int posix_spawn(int* pid, byte* path, nint* fileActions, nint* attributes, byte** argv, byte** envp);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_init(nint* attributes);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setflags(nint* attributes, short flags);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigdefault(nint* attributes, uint* signals);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_setsigmask(nint* attributes, uint* signals);

    [LibraryImport(Library)]
    internal static partial int posix_spawnattr_destroy(nint* attributes);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_init(nint* actions);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_adddup2(nint* actions, int fd, int target);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_addopen(nint* actions, int fd, byte* path, int flags, ushort mode);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_addchdir_np(nint* actions, byte* path);

    [LibraryImport(Library)]
    internal static partial int posix_spawn_file_actions_destroy(nint* actions);

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenVariadic(
        string path, int flags, nuint mode, nint third, nint fourth, nint fifth, nint sixth, nint seventh, nuint stackedMode);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int ControlVariadic(
        int fd, int command, nint argument, nint third, nint fourth, nint fifth, nint sixth, nint seventh, nint stackedArgument);
}
