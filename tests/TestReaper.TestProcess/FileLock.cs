using Microsoft.Win32.SafeHandles;

namespace TestReaper.TestProcess;

/// <summary>Exclusive locks, which the kernel releases when the last thread of this process is gone.</summary>
internal static class FileLock
{
    private static readonly List<SafeFileHandle> Held = [];

    private static FileShare Share => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    // On Linux, FileShare.None is flock(LOCK_EX | LOCK_NB), and every descriptor of the runtime is O_CLOEXEC. On Windows an open file can
    // be renamed only if it is shared for deletion; no other process can open it for writing even so.
    public static void Hold(string path) =>
        Held.Add(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, Share));
}
