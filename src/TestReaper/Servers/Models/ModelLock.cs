using TestReaper.Platform;
using TestReaper.Reaping;

namespace TestReaper.Servers.Models;

/// <summary>One fetch of a model at a time among the processes of this user: flock(2) on a file in the state directory.</summary>
/// <remarks>
/// Constraint: when a host is killed, the kernel would free its lock at once, but the watchdog needs some time to kill the tool, which
/// still writes. Two downloads that continue one file corrupt it. So the tool inherits the descriptor, and the kernel keeps the lock until
/// its last process is dead. A host that lives unlocks the file explicitly, which ends the lock for all descriptors.
/// </remarks>
internal sealed class ModelLock : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(500);
    private readonly string _path;
    private IFileLock? _lock;

    private ModelLock(string path, IFileLock held) => (_path, _lock) = (path, held);

    /// <summary>Waits for the lock. The kernel frees it when its holder ends, however it ends.</summary>
    /// <param name="key">The model.</param>
    /// <param name="interval">The time between two lines that say which process is waited for.</param>
    /// <param name="logger">Gets these lines.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="IOException">The file of the lock cannot be used.</exception>
    /// <exception cref="ModelFetchException">Its directory belongs to another user.</exception>
    public static async Task<ModelLock> AcquireAsync(
        ModelKey key, TimeSpan interval, ILogger logger, CancellationToken cancellationToken)
    {
        var platform = ProcessPlatform.Current;
        var path = Path.Combine(StateDirectory.Get(platform), "models", $"{key.LockName}.lock");
        key.Use(() => OwnerOnlyFile.CreateDirectory(Path.GetDirectoryName(path)!));
        var start = Stopwatch.GetTimestamp();
        var next = TimeSpan.Zero;
        for (var pause = FirstPause; ;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (platform.Files.TryLock(path) is { } held)
            {
                return new ModelLock(path, held);
            }

            var elapsed = Stopwatch.GetElapsedTime(start);
            if (elapsed >= next)
            {
                next = elapsed + interval;
                logger.LogInformation(
                    "Waiting for {Holder}, which fetches {Model}: {Elapsed}, {Bytes} in {Directory}",
                    DescribeHolder(platform, path), key.Name, ReapReportText.Seconds(elapsed),
                    Reaping.Costs.CostText.Bytes(ModelDirectories.Size(key.Directory)), key.Directory);
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            pause = Durations.Shorter(pause * 1.5, LongestPause);
        }
    }

    /// <summary>Until the result is disposed, children that this process starts inherit the lock.</summary>
    public IDisposable? PassToChildren() => _lock?.PassToChildren();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _lock, null) is { } held)
        {
            // Deleted under its lock: a process that has opened it meanwhile sees that the path names another file.
            _ = Accessible.OrDefault<object>(() =>
            {
                File.Delete(_path);
                return null;
            });
            held.Dispose();
        }
    }

    private static string DescribeHolder(IProcessPlatform platform, string path) =>
        platform.Files.ProbeLock(path).Holder is { } pid
            ? pid == Environment.ProcessId ? "this process" : $"process {pid} {platform.Processes.BracketedName(pid)}"
            : "another process";
}
