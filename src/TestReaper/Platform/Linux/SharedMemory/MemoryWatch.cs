namespace TestReaper.Platform.Linux.SharedMemory;

/// <summary>
/// Raises an event when a file appears in a directory of named memory (inotify(7)): at that moment its creator is alive. A worker that
/// creates a segment and exits may be gone before the next sample. There is one watch per process; it costs nothing while idle.
/// </summary>
internal static class MemoryWatch
{
    private static readonly object Gate = new();
    private static FileSystemWatcher? _watcher;
    private static Action? _appeared;

    /// <param name="path">The directory, the same in each call.</param>
    /// <param name="appeared">Runs on a thread of the watch and must return soon.</param>
    internal static void Add(string path, Action appeared)
    {
        lock (Gate)
        {
            _appeared += appeared;
            _watcher ??= TryStart(path);
        }
    }

    private static FileSystemWatcher? TryStart(string path)
    {
        FileSystemWatcher? watcher = null;
        try
        {
            watcher = new FileSystemWatcher(path) { NotifyFilter = NotifyFilters.FileName };
            watcher.Created += static (_, _) => Volatile.Read(ref _appeared)?.Invoke();
            watcher.Error += static (_, _) => Volatile.Read(ref _appeared)?.Invoke();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception error) when (error is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // The directory does not exist, or this user has no inotify instances left. Then only the samples find objects.
            watcher?.Dispose();
            return null;
        }
    }
}
