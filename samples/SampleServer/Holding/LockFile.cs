namespace SampleServer.Holding;

/// <summary>A file one process at a time may hold, as the compile caches and databases of real servers are.</summary>
internal static class LockFile
{
    // FileShare.None is flock(2) on Unix: the file stays behind, the lock ends with the process.
    public static FileStream Take(string directory, string role)
    {
        Directory.CreateDirectory(directory);

        return new FileStream(
            Path.Combine(directory, $"{role}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }
}
