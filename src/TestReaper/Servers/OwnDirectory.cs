using TestReaper.Platform;
using TestReaper.Reaping;

namespace TestReaper.Servers;

/// <summary>A directory that belongs to one server, mode 0700. It is named after the scope, so that a sweep finds it.</summary>
internal sealed class OwnDirectory(OwnDirectoryKind kind, IProcessPlatform platform, string path)
{
    public string Path { get; } = path;

    /// <summary>Removes the directory of a dead host's server. The caller has made sure that none of its processes lives.</summary>
    /// <returns>What was removed or why it could not be; null if the path is not a directory that is private to this user.</returns>
    public static ReleaseCondition? Remove(OwnDirectoryKind kind, IProcessPlatform platform, string path, TimeSpan timeout) =>
        platform.Files.IsPrivateDirectory(path) ? new OwnDirectory(kind, platform, path).Finish(isClean: true, timeout) : null;

    /// <summary>Finishes one after the other. The time is for all of them.</summary>
    public static IReadOnlyList<ReleaseCondition> FinishAll(IEnumerable<OwnDirectory?> directories, bool isClean, TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        return [.. directories.OfType<OwnDirectory>()
            .Select(directory => directory.Finish(isClean, timeout - Stopwatch.GetElapsedTime(start)))];
    }

    /// <exception cref="LaunchException">It cannot be created.</exception>
    public void Create()
    {
        try
        {
            OwnerOnlyFile.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            OwnerOnlyFile.CreateDirectory(Path);
            if (!platform.Files.IsPrivateDirectory(Path))
            {
                throw new IOException("it is not private to this user");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LaunchException($"its {kind.Purpose} '{Path}' cannot be created ({error.Message}). {kind.Remedy}");
        }
    }

    /// <summary>Removes the directory after a clean end; keeps it after a failure, for inspection.</summary>
    /// <param name="isClean">Whether the server ran, was reaped and released what it held.</param>
    /// <param name="timeout">How long the removal may take; after that it goes on in the background.</param>
    public ReleaseCondition Finish(bool isClean, TimeSpan timeout)
    {
        var start = Stopwatch.GetTimestamp();
        var (verdict, detail) = !isClean ? (ReleaseVerdict.NotVerified, $"kept in {Path}")
            : RemoveWithin(timeout) is { } failure ? (ReleaseVerdict.Held, $"{Path}, which was not removed: {failure}")
            : (ReleaseVerdict.Released, (string?)null);
        return new ReleaseCondition
        {
            Resource = kind.Resource,
            Name = kind.Title,
            Verdict = verdict,
            Detail = detail,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    private string? RemoveWithin(TimeSpan timeout)
    {
        string? failure = null;
        var removal = BackgroundThread.TryStart($"TestReaper {kind.Title}", () => failure = TryRemove());
        return removal is null ? "out of threads"
            : removal.Join(Durations.ZeroIfNegative(timeout)) ? failure
            : "its removal is still under way";
    }

    /// <returns>Why it is still there; null if it is not.</returns>
    private string? TryRemove()
    {
        try
        {
            if (platform.Files.FindMountBelow(Path) is { } mount)
            {
                return $"a file system is mounted on {mount}";
            }

            platform.Files.DeleteTree(Path);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }
}
