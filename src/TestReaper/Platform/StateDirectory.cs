namespace TestReaper.Platform;

/// <summary>Where the test hosts of one user keep what they must share. Nobody else may write there.</summary>
internal static class StateDirectory
{
    /// <summary>The directory, made if needed: below XDG_RUNTIME_DIR, else in the temporary directory under the user's name.</summary>
    /// <exception cref="IOException">Every candidate belongs to somebody else.</exception>
    public static string Get(IProcessPlatform platform)
    {
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        string[] candidates =
        [
            .. string.IsNullOrEmpty(runtime) ? [] : (string[])[Path.Combine(runtime, "testreaper")],
            Path.Combine(Path.GetTempPath(), $"testreaper-{Environment.UserName}"),
        ];
        return Array.Find(candidates, candidate => IsUsable(platform, candidate))
            ?? throw new IOException(
                $"No directory is private to this user: {string.Join(" and ", candidates)} cannot be made, or belong to or can be written by others. " +
                "Remove them, or set XDG_RUNTIME_DIR to a directory of mode 0700 of your own.");
    }

    private static bool IsUsable(IProcessPlatform platform, string path)
    {
        try
        {
            OwnerOnlyFile.CreateDirectory(path);
            return platform.IsPrivateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
