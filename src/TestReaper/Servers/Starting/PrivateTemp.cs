using System.Diagnostics;
using TestReaper.CrashRecovery;
using TestReaper.Platform;

namespace TestReaper.Servers.Starting;

/// <summary>
/// A server's own directory for temporary files, mode 0700, named for its scope, so that a sweep finds it after the host has died.
/// </summary>
internal sealed class PrivateTemp
{
    /// <summary>What stands for the path in arguments and variables.</summary>
    public const string Placeholder = "{tmp}";

    // Short: the path of a unix socket in it has 107 bytes at most.
    private const string DirectoryName = "tmp";
    private const int NameLength = 12;
    private const string ConditionName = "temp files";
    private static readonly string[] Variables = ["TMPDIR", "TEMP", "TMP"];
    private readonly IProcessPlatform _platform;

    private PrivateTemp(IProcessPlatform platform, string path) => (_platform, Path) = (platform, path);

    public string Path { get; }

    /// <summary>Names the directory; <see cref="Create"/> makes it.</summary>
    public static PrivateTemp? For(ServerProcessOptions options, string scope, IProcessPlatform platform) =>
        options.PrivateTemp ? new PrivateTemp(platform, PathOf(platform, scope)) : null;

    /// <summary>The directory of the server that was started in this scope, whether or not there is one.</summary>
    public static string PathOf(IProcessPlatform platform, string scope) =>
        System.IO.Path.Combine(StateDirectory.Get(platform), DirectoryName, scope[..Math.Min(NameLength, scope.Length)]);

    /// <summary>Removes what the server of a dead host has left; the caller has made sure that none of its processes lives.</summary>
    /// <returns>What was removed or why it could not be; null if there was nothing.</returns>
    public static ReleaseCondition? Sweep(IProcessPlatform platform, string scope, TimeSpan timeout) =>
        Remove(platform, PathOf(platform, scope), timeout);

    /// <summary>Removes one of these directories; null if it is none that is private to this user.</summary>
    public static ReleaseCondition? Remove(IProcessPlatform platform, string path, TimeSpan timeout) =>
        platform.Files.IsPrivateDirectory(path) ? new PrivateTemp(platform, path).Finish(isClean: true, timeout) : null;

    /// <summary>Where these directories are.</summary>
    /// <param name="state">The state directory.</param>
    public static string Parent(string state) => System.IO.Path.Combine(state, DirectoryName);

    /// <summary>Whether a directory of this name is one of them.</summary>
    public static bool IsName(string name) => name.Length == NameLength && name.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether a directory of this name is of the server that was started in this scope.</summary>
    public static bool IsOf(string name, string scope) => scope.StartsWith(name, StringComparison.Ordinal) && name.Length == NameLength;

    public string Expand(string text) => text.Replace(Placeholder, Path, StringComparison.Ordinal);

    /// <summary>Sets the variables that name the directory, except those that the user has set.</summary>
    public void AddTo(IDictionary<string, string> environment, IReadOnlyDictionary<string, string?> options)
    {
        foreach (var variable in Variables.Where(variable => !options.ContainsKey(variable)))
        {
            environment[variable] = Path;
        }
    }

    /// <exception cref="LaunchException">It cannot be made.</exception>
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
                $"its temporary directory '{Path}' cannot be made ({error.Message}). Make room there, or set PrivateTemp to false.");
        }
    }

    /// <summary>Removes the directory after a clean end; keeps it after a failure, for inspection.</summary>
    /// <param name="isClean">Whether the server ran, was reaped and released what it held.</param>
    /// <param name="timeout">How long the removal may take; it goes on beyond that, unattended.</param>
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
            // The server removed it by itself.
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }
}
