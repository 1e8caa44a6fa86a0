namespace TestReaper.Platform;

/// <summary>An exclusive lock on a file, which ends with this process however that ends.</summary>
internal interface IFileLock : IDisposable
{
    /// <summary>The file itself, to append to. Valid for as long as the lock is.</summary>
    Stream OpenContent();
}
