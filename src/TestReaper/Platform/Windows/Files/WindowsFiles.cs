using TestReaper.Platform.Windows.Processes;

namespace TestReaper.Platform.Windows.Files;

/// <summary>Locks by LockFile, owners and rights by access control lists.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsFiles : ILocalFiles
{
    public uint? UserId => null;

    public IFileLock? TryLock(string path) => WindowsFileLock.TryLock(path);

    public LockState ProbeLock(string path) => HeldFiles.Probe(path);

    public Stream OpenUnlocked(string path) => WindowsFileLock.Open(path, FileMode.Open, FileAccess.Read);

    public bool IsPrivateDirectory(string path) => Accessible.OrDefault(() =>
        File.GetAttributes(path) is var attributes
        && attributes.HasFlag(FileAttributes.Directory)
        && !attributes.HasFlag(FileAttributes.ReparsePoint)
        && AccessRules.IsPrivate(new DirectoryInfo(path).GetAccessControl(), TokenUser.Current));

    public bool IsPrivateFile(string path) => Accessible.OrDefault(() =>
        (File.GetAttributes(path) & (FileAttributes.Directory | FileAttributes.ReparsePoint)) == 0
        && AccessRules.IsPrivate(new FileInfo(path).GetAccessControl(), TokenUser.Current));

    // A volume that is mounted in a directory is a reparse point there, which DeleteTree does not enter.
    public string? FindMountBelow(string path) => null;

    public void DeleteTree(string path) => DirectoryRemoval.Run(path);
}
