namespace TestReaper.Platform.Linux.SharedMemory;

/// <summary>
/// Raises an event when a file appears in a directory of named memory (inotify(7)). Only then is its creator sure to live: a worker
/// that leaves a segment and exits is gone before the next sample. One a process; it costs nothing while nothing appears.
/// </summary>
internal static class MemoryWatch
{
    private static readonly object Gate = new();
    private static FileSystemWatcher? _watcher;
    private static Action? _appeared;

    /// <param name="path">The directory, the same in each call.</param>
    /// <param name="appeared">Runs on a thread of the watch, which it must not keep for long.</param>
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
            // No such directory, or no more inotify instances for this user: the samples find what they can.
            watcher?.Dispose();
            return null;
        }
    }
}
