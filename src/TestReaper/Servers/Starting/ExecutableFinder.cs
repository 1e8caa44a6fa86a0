using TestReaper.Platform;

namespace TestReaper.Servers.Starting;

/// <summary>
/// Resolves a file name as Process.Start does on Unix: next to this program, in the current directory, then in PATH. Explains a refusal
/// in advance, since exec answers with an error number only.
/// </summary>
internal sealed class ExecutableFinder(IProcessPlatform platform)
{
    /// <exception cref="LaunchException">No such executable file exists.</exception>
    public string Find(string fileName)
    {
        if (Path.IsPathRooted(fileName))
        {
            return Check(fileName);
        }

        var directories = new List<string>();
        if (Path.GetDirectoryName(Environment.ProcessPath) is { } application)
        {
            directories.Add(application);
        }

        directories.Add(Directory.GetCurrentDirectory());
        if (!fileName.Contains(Path.DirectorySeparatorChar))
        {
            directories.AddRange(
                (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        }

        string[] found =
        [
            .. directories.Select(directory => Path.GetFullPath(Path.Combine(directory, fileName)))
                .Where(path => File.Exists(path) || Directory.Exists(path)),
        ];
        if (found.Length == 0)
        {
            throw new LaunchException(
                $"'{fileName}' was not found next to this program, in the current directory '{Directory.GetCurrentDirectory()}', " +
                $"{(fileName.Contains(Path.DirectorySeparatorChar) ? "" : "or in PATH. ")}" +
                "Install it, or set FileName to its absolute path.");
        }

        return Array.Find(found, platform.Launcher.IsExecutable) ?? Check(found[0]);
    }

    private string Check(string path)
    {
        if (Directory.Exists(path))
        {
            throw new LaunchException($"'{path}' is a directory. Set FileName to the program in it.");
        }

        if (!File.Exists(path))
        {
            throw new LaunchException(platform.Launcher.ExplainNoAccess(path)
                ?? $"'{path}' does not exist. Install or build it, or correct FileName.");
        }

        return platform.Launcher.IsExecutable(path) ? path : throw new LaunchException(platform.Launcher.ExplainNoAccess(path) ??
            $"'{path}' is not executable. Give it the executable bit (chmod +x '{path}'), " +
            "or start its interpreter and pass it as an argument.");
    }
}
