using TestReaper.Platform;

namespace TestReaper.Servers;

/// <summary>
/// A server's own directory for temporary files, mode 0700. It is named for the scope, so that a sweep finds it after the host has died.
/// </summary>
internal sealed class PrivateTemp
{
    /// <summary>The placeholder of the path in arguments and variables.</summary>
    public const string Placeholder = "{tmp}";

    // Short: the path of a unix socket in it has 107 bytes at most.
    private const string DirectoryName = "tmp";
    private const int NameLength = 12;
    private const string ConditionName = "temp files";
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

    /// <summary>The parent of all these directories.</summary>
    /// <param name="state">The state directory.</param>
    public static string Parent(string state) => System.IO.Path.Combine(state, DirectoryName);

    /// <summary>Whether a directory of this name is one of them.</summary>
    public static bool IsName(string name) => name.Length == NameLength && name.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a directory of this name belongs to the server that was started in this scope.</summary>
    public static bool IsOf(string name, string scope) => scope.StartsWith(name, StringComparison.Ordinal) && name.Length == NameLength;

    public string Expand(string text) => text.Replace(Placeholder, Path, StringComparison.Ordinal);

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
        if (!isClean)
        {
            return Condition(ReleaseVerdict.NotVerified, $"kept in {Path}");
        }

        string? failure = null;
        var removal = new Thread(() => failure = TryRemove()) { IsBackground = true, Name = "TestReaper temp files" };
        try
        {
            removal.Start();
            failure = removal.Join(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero) ? failure : "its removal is still under way";
        }
        catch (OutOfMemoryException)
        {
            failure = "out of threads";
        }

        return failure is null ? Condition(ReleaseVerdict.Released, null)
            : Condition(ReleaseVerdict.Held, $"{Path}, which was not removed: {failure}");

        ReleaseCondition Condition(ReleaseVerdict verdict, string? detail) =>
            new()
            {
                Resource = ReleaseResource.TempFiles,
                Name = ConditionName,
                Verdict = verdict,
                Detail = detail,
                Elapsed = Stopwatch.GetElapsedTime(start),
            };
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

            OwnedTree.Delete(Path);
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            // The server itself has removed it.
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }
}
