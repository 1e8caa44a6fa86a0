namespace TestReaper.Platform;

/// <summary>An exclusive lock on a file. The system releases it when this process ends, however it ends.</summary>
internal interface IFileLock : IDisposable
{
    /// <summary>Opens the file for appending, for as long as the lock is held.</summary>
    Stream OpenContent();
}
