namespace TestReaper.Gpu;

/// <summary>Reads files and directories of /proc and /sys. What does not exist or may not be read is an ordinary result.</summary>
internal static class TextFile
{
    /// <summary>Null if the file cannot be read.</summary>
    public static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>A decimal number; null if the file cannot be read or holds none.</summary>
    public static long? TryReadNumber(string path) =>
        long.TryParse(TryRead(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The entries of a directory, in the order of their names; null if it cannot be read.</summary>
    public static IReadOnlyList<string>? TryList(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(directory).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The pid that the last part of a path is; null for other names.</summary>
    public static int? PidOf(string path) =>
        int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : null;
}
