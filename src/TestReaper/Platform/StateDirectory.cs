namespace TestReaper.Platform;

/// <summary>Where the test hosts of one user keep what they must share. No other user may write there.</summary>
internal static class StateDirectory
{
    /// <summary>
    /// The directory, made if needed: below XDG_RUNTIME_DIR, else in the temporary directory under the user's name, else there under the
    /// user's number: users without a name, as containers have them, share none, and another user may have taken the name.
    /// </summary>
    /// <exception cref="IOException">Every candidate belongs to another user.</exception>
    public static string Get(IProcessPlatform platform)
    {
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        string[] candidates = [.. Candidates(runtime, Path.GetTempPath(), Environment.UserName, platform.Files.UserId)];
        return Array.Find(candidates, candidate => IsUsable(platform, candidate))
            ?? throw new IOException(
                $"No directory is private to this user: {string.Join(" and ", candidates)} cannot be made, " +
                "or belong to or can be written by others. " +
                "Remove them, or set XDG_RUNTIME_DIR to a directory of mode 0700 of your own.");
    }

    /// <param name="runtime">XDG_RUNTIME_DIR.</param>
    /// <param name="temporary">The temporary directory.</param>
    /// <param name="name">The user's name; .NET returns "?" or an empty string for a user without one.</param>
    /// <param name="user">The user's number.</param>
    internal static IEnumerable<string> Candidates(string? runtime, string temporary, string name, uint? user)
    {
        if (!string.IsNullOrEmpty(runtime))
        {
            yield return Path.Combine(runtime, "testreaper");
        }

        if (name.Length > 0 && !name.Contains('?') && !name.Contains(Path.DirectorySeparatorChar))
        {
            yield return Path.Combine(temporary, $"testreaper-{name}");
        }

        if (user is { } number)
        {
            yield return Path.Combine(temporary, $"testreaper-uid-{number}");
        }
    }

    private static bool IsUsable(IProcessPlatform platform, string path)
    {
        try
        {
            OwnerOnlyFile.CreateDirectory(path);
            return platform.Files.IsPrivateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
