using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Files;

/// <summary>Locks by flock(2), owners and modes by lstat(2).</summary>
internal sealed class MacFiles : ILocalFiles
{
    private const int MaxPath = 1024;

    public uint? UserId => LibSystem.geteuid();

    public IFileLock? TryLock(string path) => FileLock.TryLock(path);

    /// <inheritdoc/>
    /// <remarks>Closing a descriptor of a file drops all fcntl(2) locks that this process holds on it, so the file is not opened.</remarks>
    public LockState ProbeLock(string path) => File.Exists(path)
        ? new LockState(null, Reason: "macOS does not show whether a file is locked")
        : new LockState(false);

    public Stream OpenUnlocked(string path) => FileLock.OpenUnlocked(path);

    public bool IsPrivateDirectory(string path) =>
        FileStatus.TryRead(path) is { IsDirectory: true } status && status.IsPrivateTo(LibSystem.geteuid());

    public bool IsPrivateFile(string path) =>
        FileStatus.TryRead(path) is { IsRegularFile: true } status && status.IsPrivateTo(LibSystem.geteuid());

    // The table of mounts has real paths: /tmp and /var are links.
    public string? FindMountBelow(string path) =>
        FindMount(DriveInfo.GetDrives().Select(static drive => drive.RootDirectory.FullName), Resolve(path) ?? path);

    public void DeleteTree(string path)
    {
        if (FileStatus.TryRead(path) is not { } status)
        {
            return;
        }

        if (FindMountBelow(path) is { } mount)
        {
            throw new IOException($"a file system is mounted on '{mount}'");
        }

        try
        {
            // Removes a link, never what it leads to.
            if (status.IsDirectory)
            {
                Directory.Delete(path, recursive: true);
            }
            else
            {
                File.Delete(path);
            }
        }
        catch (UnauthorizedAccessException error)
        {
            throw new IOException(error.Message, error);
        }
    }

    /// <summary>A pure function of the mount points: the first at the path or below it.</summary>
    internal static string? FindMount(IEnumerable<string> mounts, string path) => mounts.FirstOrDefault(
        mount => mount == path || mount.StartsWith(path + "/", StringComparison.Ordinal));

    private static string? Resolve(string path)
    {
        Span<byte> resolved = stackalloc byte[MaxPath];
        return LibSystem.realpath(path, resolved) == 0 ? null : Encoding.UTF8.GetString(resolved[..resolved.IndexOf((byte)0)]);
    }
}
