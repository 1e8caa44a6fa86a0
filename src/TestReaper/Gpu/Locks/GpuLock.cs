using TestReaper.Platform;

namespace TestReaper.Gpu.Locks;

/// <summary>The lock of one device. The file is never deleted, so that a script that waits for it waits for the same file.</summary>
internal sealed class GpuLock : IDisposable
{
    private readonly IFileLock _lock;
    private bool _isDisposed;

    private GpuLock(string uuid, IFileLock fileLock) => (Uuid, _lock) = (uuid, fileLock);

    public string Uuid { get; }

    /// <summary>Null if another holder has it.</summary>
    /// <exception cref="IOException">The lock file cannot be used.</exception>
    public static GpuLock? TryTake(IProcessPlatform platform, GpuDirectory directory, string uuid, string label)
    {
        if (platform.Files.TryLock(directory.LockOf(uuid)) is not { } fileLock)
        {
            return null;
        }

        try
        {
            GpuNote.Write(fileLock, GpuNote.Create(platform, label, [uuid]));
        }
        catch (IOException)
        {
            // A full file system: the lock holds without its note.
        }

        return new GpuLock(uuid, fileLock);
    }

    /// <summary>Whether a holder has the lock of the device. Call it under the state lock: it takes a free lock for a moment.</summary>
    public static bool IsHeld(IProcessPlatform platform, GpuDirectory directory, string uuid)
    {
        var path = directory.LockOf(uuid);
        if (!File.Exists(path))
        {
            return false;
        }

        using var probe = platform.Files.TryLock(path);
        return probe is null;
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        try
        {
            GpuNote.Write(_lock, note: null);
        }
        catch (IOException)
        {
            // The note of a lock that is free is not shown.
        }

        _lock.Dispose();
    }
}
