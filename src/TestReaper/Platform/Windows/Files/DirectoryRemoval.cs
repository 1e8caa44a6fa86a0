namespace TestReaper.Platform.Windows.Files;

/// <summary>Removes a directory with all that is in it. Removes a link, never what it leads to.</summary>
/// <remarks>Virus scanners and the indexer have new files open for a moment, so a refusal is repeated for a second.</remarks>
internal static class DirectoryRemoval
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1), Pause = TimeSpan.FromMilliseconds(30);

    private static readonly EnumerationOptions All = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <exception cref="IOException">It still exists.</exception>
    public static void Run(string path)
    {
        var start = Stopwatch.GetTimestamp();
        while (Directory.Exists(path))
        {
            try
            {
                MakeWritable(path);
                Directory.Delete(path, recursive: true);
                return;
            }
            catch (DirectoryNotFoundException)
            {
                return;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                if (Stopwatch.GetElapsedTime(start) >= Limit)
                {
                    throw new IOException(error.Message, error);
                }

                ThreadPause.For(Pause);
            }
        }
    }

    private static void MakeWritable(string path)
    {
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos("*", All))
        {
            if (entry.Attributes.HasFlag(FileAttributes.ReadOnly))
            {
                entry.Attributes &= ~FileAttributes.ReadOnly;
            }
        }
    }
}
