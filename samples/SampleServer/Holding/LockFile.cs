namespace SampleServer.Holding;

/// <summary>A file that one process at a time can lock, like the compile caches and databases of real servers.</summary>
internal static class LockFile
{
    // On Unix, FileShare.None takes a flock(2): the lock ends with the process, the file remains.
    public static FileStream Take(string directory, string role)
    {
        Directory.CreateDirectory(directory);

        return new FileStream(
            Path.Combine(directory, $"{role}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
    }
}
