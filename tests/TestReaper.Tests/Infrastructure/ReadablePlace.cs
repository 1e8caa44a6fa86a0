namespace TestReaper.Tests.Infrastructure;

/// <summary>
/// Copies the test programs to a directory in which every user can execute them, if they are not in one already. Tests that run
/// a program as an ordinary user need this: a checkout may be below a directory that only its owner can enter, like root's home.
/// </summary>
public static class ReadablePlace
{
    private const UnixFileMode Everyone =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly Lazy<string> Place = new(() =>
        IsOpen(AppContext.BaseDirectory) ? AppContext.BaseDirectory : Copy(AppContext.BaseDirectory));

    /// <summary>The full path of one of the programs beside the tests.</summary>
    public static string Of(string program) => Path.Combine(Place.Value, program);

    private static bool IsOpen(string directory)
    {
        for (var current = new DirectoryInfo(directory); current is not null; current = current.Parent)
        {
            if (!current.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
            {
                return false;
            }
        }

        return true;
    }

    private static string Copy(string source)
    {
        var target = Directory.CreateTempSubdirectory("testreaper-programs-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(target, recursive: true);
        Open(target);
        foreach (var directory in Directory.EnumerateDirectories(source, "*", SearchOption.AllDirectories))
        {
            Open(Directory.CreateDirectory(Path.Combine(target, Path.GetRelativePath(source, directory))).FullName);
        }

        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            File.Copy(file, copy);
            Open(copy);
        }

        return target;
    }

    private static void Open(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, Everyone);
        }
    }
}
