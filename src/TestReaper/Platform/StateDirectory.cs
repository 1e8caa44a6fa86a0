namespace TestReaper.Platform;

/// <summary>The directory of files that the test hosts of one user share. No other user may write there.</summary>
internal static class StateDirectory
{
    /// <summary>
    /// Returns the directory and creates it if needed: below XDG_RUNTIME_DIR, else in the temporary directory by the user's name, else
    /// there by the user's id. The id is for users without a name (in containers), and for a name that another user has taken.
    /// </summary>
    /// <exception cref="IOException">Every candidate belongs to another user.</exception>
    public static string Get(IProcessPlatform platform)
    {
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        string[] candidates = [.. Candidates(runtime, Path.GetTempPath(), Environment.UserName, platform.Files.UserId)];
        return Array.Find(candidates, candidate => IsUsable(platform, candidate))
            ?? throw new IOException(
                $"No directory is private to this user: {string.Join(" and ", candidates)} cannot be created, " +
                "or belong to other users, or other users can write there. " +
                "Remove them, or set XDG_RUNTIME_DIR to a directory of mode 0700 of your own.");
    }

    /// <summary>For a user without a name .NET returns "?" or an empty string as the name.</summary>
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

    private static bool IsUsable(IProcessPlatform platform, string path) => Accessible.OrDefault(() =>
    {
        OwnerOnlyFile.CreateDirectory(path);
        return platform.Files.IsPrivateDirectory(path);
    });
}
