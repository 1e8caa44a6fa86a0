namespace TestReaper.Platform;

/// <summary>Removes a directory of this user with its content, and nothing outside of it.</summary>
internal static class OwnedTree
{
    private const UnixFileMode OwnerAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Removes symbolic links without following them. Makes read-only directories writable first.</summary>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">Something belongs to another user.</exception>
    public static void Delete(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            MakeWritable(new DirectoryInfo(path));
        }

        Directory.Delete(path, recursive: true);
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static void MakeWritable(DirectoryInfo directory)
    {
        if ((directory.UnixFileMode & OwnerAll) != OwnerAll)
        {
            directory.UnixFileMode |= OwnerAll;
        }

        foreach (var child in directory.EnumerateDirectories().Where(child => child.LinkTarget is null))
        {
            MakeWritable(child);
        }
    }
}
