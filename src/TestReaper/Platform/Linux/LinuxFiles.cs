using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux;

/// <summary>Locks by flock(2) and fcntl(2), owners and modes by statx(2), removal by unlinkat(2).</summary>
internal sealed class LinuxFiles : ILocalFiles
{
    public uint? UserId => LibC.geteuid();

    public IFileLock? TryLock(string path) => FileLock.TryLock(path);

    public LockState ProbeLock(string path) =>
        BoundedReads.TryRead(path, static path => LockProbe.Read(path), out var state)
            ? state
            : new LockState(null, Reason: "its file system did not answer in time");

    public Stream OpenUnlocked(string path) => FileLock.OpenUnlocked(path);

    public bool IsPrivateDirectory(string path) => FileStatus.TryRead(path, out var status) && status.IsDirectory && status.IsPrivate;

    public bool IsPrivateFile(string path) => FileStatus.TryRead(path, out var status) && status.IsRegularFile && status.IsPrivate;

    public void DeleteTree(string path) => OwnedTree.Delete(path);

    public string? FindMountBelow(string path) => MountTable.FindBelow(File.ReadLines(MountTable.Path), path);
}
