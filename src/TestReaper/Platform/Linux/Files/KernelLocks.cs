namespace TestReaper.Platform.Linux.Files;

/// <summary>The locks in /proc/locks: flock(2), fcntl(2) and open-file-description locks (proc_locks(5)).</summary>
internal static class KernelLocks
{
    internal const string Path = "/proc/locks";
    private static readonly string[] Kinds = ["FLOCK", "POSIX", "OFDLCK"];

    /// <summary>
    /// Whether a file is locked, and the pid of a holder if the kernel names one. <paramref name="byInodeAlone"/> ignores the device:
    /// Btrfs and overlayfs show a different one than stat(2) does.
    /// </summary>
    internal static (bool IsHeld, int? Holder) Find(IEnumerable<string> lines, FileIdentity file, bool byInodeAlone = false)
    {
        var end = byInodeAlone ? $":{file.Inode}" : $"{file.Major:x2}:{file.Minor:x2}:{file.Inode}";
        var isHeld = false;
        foreach (var line in lines)
        {
            // 1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF; "->" after the number means that it waits.
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 6 || !Kinds.Contains(fields[1])
                || !(byInodeAlone ? fields[5].EndsWith(end, StringComparison.Ordinal) : fields[5] == end))
            {
                continue;
            }

            isHeld = true;
            if (int.TryParse(fields[4], NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0)
            {
                return (true, pid);
            }
        }

        return (isHeld, null);
    }
}
