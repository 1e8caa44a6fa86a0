namespace TestReaper.Platform;

/// <summary>Removes a directory of this user with all that is in it, and nothing that is elsewhere.</summary>
internal static class OwnedTree
{
    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Symbolic links are removed, never followed. Directories that their owner has made read-only are opened first.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">Something belongs to another user.</exception>
    public static void Delete(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Open(new DirectoryInfo(path));
        }

        Directory.Delete(path, recursive: true);
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void Open(DirectoryInfo directory)
    {
        if ((directory.UnixFileMode & OwnerAll) != OwnerAll)
        {
            directory.UnixFileMode |= OwnerAll;
        }

        foreach (var child in directory.EnumerateDirectories().Where(child => child.LinkTarget is null))
        {
            Open(child);
        }
    }
}
