using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Files;

/// <summary>An exclusive lock on a byte far behind the end of a file, so that the content stays readable for others.</summary>
/// <remarks>
/// The system releases it when the process ends (https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-lockfileex). A holder
/// may delete the file: a lock on a file without a name excludes no other process, so it does not count.
/// </remarks>
[SupportedOSPlatform("windows")]
internal sealed class WindowsFileLock : IFileLock
{
    private const long LockedByte = long.MaxValue - 1;

    // A file that is being deleted cannot be opened until its last handle is closed.
    private const int MostTries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private readonly FileStream _file;

    private WindowsFileLock(FileStream file) => _file = file;

    /// <returns>Null if another process holds it.</returns>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static WindowsFileLock? TryLock(string path)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var file = OpenOrCreate(path);
                if (!TryLock(file))
                {
                    file.Dispose();
                    return null;
                }

                if (FileState.HasName(file.SafeFileHandle))
                {
                    return new WindowsFileLock(file);
                }

                file.Dispose();
            }
            catch (UnauthorizedAccessException error) when (attempt == MostTries)
            {
                throw new IOException(error.Message, error);
            }
            catch (UnauthorizedAccessException)
            {
                ThreadPause.For(Pause);
            }
        }
    }

    /// <summary>Opens without a buffer: what is written is in the file at once, also if this process is killed.</summary>
    /// <exception cref="IOException">It cannot be opened, or is a link.</exception>
    public static FileStream Open(string path, FileMode mode, FileAccess access)
    {
        if (File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint))
        {
            throw new IOException($"'{path}' is a link.");
        }

        return new FileStream(path, mode, access, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    public Stream OpenContent()
    {
        var content = Open(_file.Name, FileMode.Open, FileAccess.Write);
        content.Seek(0, SeekOrigin.End);
        return content;
    }

    public void Dispose() => _file.Dispose();

    private static FileStream OpenOrCreate(string path)
    {
        var isNew = !File.Exists(path);
        var file = Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        try
        {
            if (isNew)
            {
                AccessRules.Protect(path);
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static bool TryLock(FileStream file)
    {
        try
        {
            file.Lock(LockedByte, 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
