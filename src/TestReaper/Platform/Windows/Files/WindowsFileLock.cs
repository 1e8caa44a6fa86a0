namespace TestReaper.Platform.Windows.Files;

/// <summary>An exclusive lock on a byte far behind the end of a file, so that the content stays readable for others.</summary>
/// <remarks>https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-lockfileex: the system releases it when the process ends.</remarks>
[SupportedOSPlatform("windows")]
internal sealed class WindowsFileLock : IFileLock
{
    private const long LockedByte = long.MaxValue - 1;
    private readonly FileStream _file;

    private WindowsFileLock(FileStream file) => _file = file;

    /// <returns>Null if another process holds it.</returns>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static WindowsFileLock? TryLock(string path)
    {
        var isNew = !File.Exists(path);
        var file = Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        try
        {
            if (isNew)
            {
                AccessRules.Protect(path);
            }

            file.Lock(LockedByte, 1);
            return new WindowsFileLock(file);
        }
        catch (IOException)
        {
            file.Dispose();
            return null;
        }
    }

    /// <exception cref="IOException">It cannot be opened, or is a link.</exception>
    public static FileStream Open(string path, FileMode mode, FileAccess access)
    {
        if (File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint))
        {
            throw new IOException($"'{path}' is a link.");
        }

        return new FileStream(path, mode, access, FileShare.ReadWrite | FileShare.Delete);
    }

    public Stream OpenContent()
    {
        var content = Open(_file.Name, FileMode.Open, FileAccess.Write);
        content.Seek(0, SeekOrigin.End);
        return content;
    }

    public void Dispose() => _file.Dispose();
}
