using TestReaper.Platform;

namespace TestReaper.Gpu.Locks;

/// <summary>The directory <c>gpu</c> of the state directory: the files by which the processes of one user share the GPUs.</summary>
/// <remarks>
/// <c>UUID.lock</c> is held by flock(2) while a process uses the device. <c>queue/</c> has a ticket for each waiting start,
/// <c>quarantine/</c> a file for each failed release. <c>state.lock</c> is held for moments, while these files change.
/// </remarks>
internal sealed class GpuDirectory
{
    private const string Name = "gpu";
    private static readonly AsyncLocal<string?> Replacement = new();
    private readonly IProcessPlatform _platform;
    private readonly string _path;

    private GpuDirectory(IProcessPlatform platform, string path) => (_platform, _path) = (platform, path);

    public string Queue => Path.Combine(_path, "queue");

    public string Quarantine => Path.Combine(_path, "quarantine");

    /// <summary>Creates the directory if needed.</summary>
    /// <exception cref="IOException">The state directory cannot be used.</exception>
    public static GpuDirectory Open(IProcessPlatform platform)
    {
        var directory = new GpuDirectory(platform, PathOf(platform));
        foreach (var path in new[] { directory._path, directory.Queue, directory.Quarantine })
        {
            OwnerOnlyFile.CreateDirectory(path);
        }

        return directory;
    }

    /// <summary>Null if no process has created it yet.</summary>
    public static GpuDirectory? TryFind(IProcessPlatform platform) => Accessible.OrDefault(() =>
    {
        var path = PathOf(platform);
        return Directory.Exists(path) ? new GpuDirectory(platform, path) : null;
    });

    /// <summary>Replaces the directory for the caller's asynchronous flow. For tests.</summary>
    public static void Use(string path) => Replacement.Value = path;

    /// <summary>The lock file of a device. Scripts hold it with flock(1).</summary>
    public string LockOf(string uuid) => Path.Combine(_path, FileNameOf(uuid) + ".lock");

    /// <summary>The lock files that exist.</summary>
    public IEnumerable<string> Locks() => (TextFile.TryList(_path) ?? [])
        .Where(path => path.EndsWith(".lock", StringComparison.Ordinal) && path != StatePath);

    /// <summary>Waits for the lock under which tickets, locks and quarantine files change. Null if the time is over.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public IDisposable? TryLockState(TimeSpan limit, CancellationToken cancellationToken = default)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_platform.Files.TryLock(StatePath) is { } fileLock)
            {
                return fileLock;
            }

            if (Stopwatch.GetElapsedTime(start) >= limit)
            {
                return null;
            }

            // Held for about a millisecond. Random, so that waiters do not meet again.
            ThreadPause.For(TimeSpan.FromMilliseconds(1 + Random.Shared.Next(4)));
        }
    }

    public static string FileNameOf(string uuid) =>
        string.Concat(uuid.Select(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' ? letter : '_'));

    private string StatePath => Path.Combine(_path, "state.lock");

    private static string PathOf(IProcessPlatform platform) => Replacement.Value ?? Path.Combine(StateDirectory.Get(platform), Name);
}
