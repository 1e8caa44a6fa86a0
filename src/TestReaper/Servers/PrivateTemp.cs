using TestReaper.Platform;
using TestReaper.Reaping;

namespace TestReaper.Servers;

/// <summary>A server's own directory for temporary files, mode 0700. It is named after the scope, so that a sweep finds it.</summary>
internal sealed class PrivateTemp
{
    // Short: the path of a unix socket in it has 107 bytes at most.
    private const string DirectoryName = "tmp", Placeholder = "{tmp}";
    private const int NameLength = 12;
    private static readonly string[] Variables = ["TMPDIR", "TEMP", "TMP"];
    private readonly IProcessPlatform _platform;

    private PrivateTemp(IProcessPlatform platform, string path) => (_platform, Path) = (platform, path);

    public string Path { get; }

    /// <summary>Names the directory; <see cref="Create"/> creates it. Null if the options do not ask for one.</summary>
    public static PrivateTemp? For(ServerProcessOptions options, string scope, IProcessPlatform platform) =>
        options.PrivateTemp ? new PrivateTemp(platform, PathOf(platform, scope)) : null;

    /// <summary>The directory of the server that was started in this scope, whether or not there is one.</summary>
    public static string PathOf(IProcessPlatform platform, string scope) =>
        System.IO.Path.Combine(StateDirectory.Get(platform), DirectoryName, scope[..Math.Min(NameLength, scope.Length)]);

    /// <summary>Removes the directory of a dead host's server. The caller has made sure that none of its processes lives.</summary>
    /// <returns>What was removed or why it could not be; null if the path is not a directory that is private to this user.</returns>
    public static ReleaseCondition? Remove(IProcessPlatform platform, string path, TimeSpan timeout) =>
        platform.Files.IsPrivateDirectory(path) ? new PrivateTemp(platform, path).Finish(isClean: true, timeout) : null;

    /// <summary>The parent of all these directories, in the state directory.</summary>
    public static string Parent(string state) => System.IO.Path.Combine(state, DirectoryName);

    /// <summary>Whether a directory of this name is one of them.</summary>
    public static bool IsName(string name) => name.Length == NameLength && name.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a directory of this name belongs to the server that was started in this scope.</summary>
    public static bool IsOf(string name, string scope) => scope.StartsWith(name, StringComparison.Ordinal) && name.Length == NameLength;

    /// <summary>Replaces the placeholder by the directory; without one the text stays as it is.</summary>
    public static string Expand(string text, string? directory) =>
        directory is null ? text : text.Replace(Placeholder, directory, StringComparison.Ordinal);

    /// <summary>Sets the variables that name the directory, except those that the options set.</summary>
    public void AddTo(IDictionary<string, string> environment, IReadOnlyDictionary<string, string?> options)
    {
        foreach (var variable in Variables.Where(variable => !options.ContainsKey(variable)))
        {
            environment[variable] = Path;
        }
    }

    /// <exception cref="LaunchException">It cannot be created.</exception>
    public void Create()
    {
        try
        {
            OwnerOnlyFile.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
            OwnerOnlyFile.CreateDirectory(Path);
            if (!_platform.Files.IsPrivateDirectory(Path))
            {
                throw new IOException("it is not private to this user");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new LaunchException(
                $"its temporary directory '{Path}' cannot be created ({error.Message}). Make room there, or set PrivateTemp to false.");
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
            Resource = ReleaseResource.TempFiles,
            Name = "temp files",
            Verdict = verdict,
            Detail = detail,
            Elapsed = Stopwatch.GetElapsedTime(start),
        };
    }

    private string? RemoveWithin(TimeSpan timeout)
    {
        string? failure = null;
        var removal = BackgroundThread.TryStart("TestReaper temp files", () => failure = TryRemove());
        return removal is null ? "out of threads"
            : removal.Join(Durations.ZeroIfNegative(timeout)) ? failure
            : "its removal is still under way";
    }

    /// <returns>Why it is still there; null if it is not.</returns>
    private string? TryRemove()
    {
        try
        {
            if (_platform.Files.FindMountBelow(Path) is { } mount)
            {
                return $"a file system is mounted on {mount}";
            }

            _platform.Files.DeleteTree(Path);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }
}
