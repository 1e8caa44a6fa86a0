using TestReaper.Platform;

namespace TestReaper.Servers.Starting;

/// <summary>Finds a program as Process.Start does on Unix. Explains a refusal, for which exec only has an error number.</summary>
internal sealed class ExecutableFinder(IProcessPlatform platform)
{
    /// <exception cref="LaunchException">No such executable file exists.</exception>
    public string Find(string fileName)
    {
        var names = platform.Launcher.FileNamesOf(fileName);
        if (Path.IsPathRooted(fileName))
        {
            return Check(names.FirstOrDefault(File.Exists) ?? fileName);
        }

        var isName = !fileName.AsSpan().ContainsAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        var searchPath = isName ? Environment.GetEnvironmentVariable("PATH") ?? "" : "";
        string?[] directories =
        [
            Path.GetDirectoryName(Environment.ProcessPath),
            Directory.GetCurrentDirectory(),
            .. searchPath.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        ];
        string[] found =
        [
            .. directories.OfType<string>()
                .SelectMany(directory => names.Select(name => Path.GetFullPath(Path.Combine(directory, name))))
                .Where(path => File.Exists(path) || Directory.Exists(path)),
        ];
        if (found.Length == 0)
        {
            throw new LaunchException(
                $"'{fileName}' was not found next to this program, in the current directory '{Directory.GetCurrentDirectory()}'" +
                $"{(isName ? ", or in PATH" : "")}. Install it, or set FileName to its absolute path.");
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
