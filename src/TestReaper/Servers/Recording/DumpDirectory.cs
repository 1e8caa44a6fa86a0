using TestReaper.Platform;

namespace TestReaper.Servers.Recording;

/// <summary>
/// A new directory in the state directory, where a runtime writes a minidump with all its secrets. No other user can use it. A host that is
/// killed during a recording leaves it, so a sweep removes old ones.
/// </summary>
internal sealed class DumpDirectory : IDisposable
{
    private const string Folder = "dumps";

    // Longer than a recording.
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    private DumpDirectory(string path) => Path = path;

    public string Path { get; }

    /// <exception cref="IOException">No directory is private to this user.</exception>
    public static DumpDirectory Create(IProcessPlatform platform)
    {
        var parent = System.IO.Path.Combine(StateDirectory.Get(platform), Folder);
        var path = System.IO.Path.Combine(parent, Guid.NewGuid().ToString("N"));
        foreach (var directory in (string[])[parent, path])
        {
            OwnerOnlyFile.CreateDirectory(directory);
            if (!platform.Files.IsPrivateDirectory(directory))
            {
                throw new IOException($"'{directory}' is not private to this user");
            }
        }

        return new DumpDirectory(path);
    }

    /// <summary>Removes what killed hosts have left.</summary>
    /// <param name="platform">The operating system.</param>
    /// <param name="state">The state directory, which is private to this user.</param>
    public static void RemoveOld(IProcessPlatform platform, string state)
    {
        var parent = System.IO.Path.Combine(state, Folder);
        if (!Directory.Exists(parent) || !platform.Files.IsPrivateDirectory(parent))
        {
            return;
        }

        var before = DateTime.UtcNow - Age;
        foreach (var path in Directory.EnumerateDirectories(parent).Where(path => Directory.GetLastWriteTimeUtc(path) < before))
        {
            try
            {
                platform.Files.DeleteTree(path);
            }
            catch (IOException)
            {
                // The next sweep tries again.
            }
        }
    }

    /// <summary>Removes the directory, also if createdump creates its file meanwhile.</summary>
    public void Dispose()
    {
        const int Attempts = 3;
        for (var attempt = 0; attempt < Attempts && Directory.Exists(Path); attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Only its owner can read it, and a sweep tries again.
            }
        }
    }
}
