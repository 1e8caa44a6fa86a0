using System.Runtime.Versioning;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>Says why a path cannot be reached or executed by this user, where the reason is not that it does not exist.</summary>
[SupportedOSPlatform("linux")]
internal static class ExecutableAccess
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Null if the path can be reached and, if it is a file, has no executable bit or can be executed.</summary>
    internal static string? Explain(string path)
    {
        if (BlockingDirectory(path) is { } directory)
        {
            return $"'{path}' cannot be reached: this user may not enter the directory '{directory}'. " +
                $"Let the user enter it (chmod +x '{directory}'), or use a path that every user can read.";
        }

        return File.Exists(path) && (File.GetUnixFileMode(path) & AnyExecute) != 0 && LibC.access(path, LibC.ExecuteAccess) != 0
            ? $"'{path}' may not be executed by this user: its executable bits are for other users, or its file system is mounted " +
              "noexec. Change its owner or mode, or copy it to another file system."
            : null;
    }

    // From the root downwards: below a directory that cannot be entered nothing can be seen.
    private static string? BlockingDirectory(string path)
    {
        var ancestors = new Stack<string>();
        var directory = Path.GetDirectoryName(Path.GetFullPath(path));
        while (directory is not null)
        {
            ancestors.Push(directory);
            directory = Path.GetDirectoryName(directory);
        }

        return ancestors.FirstOrDefault(ancestor => Directory.Exists(ancestor) && LibC.access(ancestor, LibC.ExecuteAccess) != 0);
    }
}
