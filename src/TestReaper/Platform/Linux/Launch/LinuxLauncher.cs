using System.IO.Pipes;
using TestReaper.Platform.Linux.Containers;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>Starts programs by posix_spawn(3), servers in a cgroup of their own.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxLauncher(bool useCGroup) : IProcessLauncher
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public void Prepare()
    {
        ReaderPool.Prepare();
        if (useCGroup)
        {
            _ = Task.Run(CGroup.PrepareMove);
        }
    }

    public LaunchedProcess Launch(LaunchSpec spec) => PosixSpawn.Start(spec, useCGroup);

    public LaunchedProcess LaunchHelper(LaunchSpec spec) => PosixSpawn.Start(spec, useCGroup: false, isHelper: true);

    public INonBlockingPipe TakeInput(LaunchedProcess helper) => new NonBlockingPipe(((PipeStream)helper.StandardInput!).SafePipeHandle);

    public void EndHelper(LaunchedProcess helper) => SubreaperFlag.Without(() => ((LinuxChild)helper).End());

    public bool IsExecutable(string path) => File.Exists(path) && CanEnterOrExecute(path);

    public string? ExplainNoAccess(string path)
    {
        // From the root downwards: below a directory that this user may not enter, nothing is visible.
        var closed = AncestorsOf(path).Reverse().FirstOrDefault(ancestor => Directory.Exists(ancestor) && !CanEnterOrExecute(ancestor));
        if (closed is not null)
        {
            return $"'{path}' cannot be reached: this user may not enter the directory '{closed}'. " +
                $"Let the user enter it (chmod +x '{closed}'), or use a path that every user can read.";
        }

        return File.Exists(path) && (File.GetUnixFileMode(path) & AnyExecute) != 0 && !CanEnterOrExecute(path)
            ? $"'{path}' may not be executed by this user: its executable bits are for other users, or its file system is mounted " +
              "noexec. Change its owner or mode, or copy it to another file system."
            : null;
    }

    public IDisposable? PassDefaultPipeSignal() => PipeSignal.PassDefault();

    private static bool CanEnterOrExecute(string path) => LibC.access(path, LibC.ExecuteAccess) == 0;

    private static IEnumerable<string> AncestorsOf(string path)
    {
        for (var above = Path.GetDirectoryName(Path.GetFullPath(path)); above is not null; above = Path.GetDirectoryName(above))
        {
            yield return above;
        }
    }
}
