using System.IO.Pipes;
using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Launch;

/// <summary>Starts programs by posix_spawn(2).</summary>
[SupportedOSPlatform("macos")]
internal sealed class MacLauncher : IProcessLauncher
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public void Prepare()
    {
        // A launch needs no preparation.
    }

    public LaunchedProcess Launch(LaunchSpec spec) => PosixSpawn.Start(spec, isHelper: false);

    public LaunchedProcess LaunchHelper(LaunchSpec spec) => PosixSpawn.Start(spec, isHelper: true);

    public INonBlockingPipe TakeInput(LaunchedProcess helper) => new HelperInput(((PipeStream)helper.StandardInput!).SafePipeHandle);

    public void EndHelper(LaunchedProcess helper) => ((MacChild)helper).End();

    public bool IsExecutable(string path) => File.Exists(path) && CanExecute(path);

    public string? ExplainNoAccess(string path) =>
        File.Exists(path) && (File.GetUnixFileMode(path) & AnyExecute) != 0 && !CanExecute(path)
            ? $"'{path}' may not be executed by this user: its executable bits are for other users. Change its owner or mode."
            : null;

    public IDisposable? PassDefaultPipeSignal() => null;

    private static bool CanExecute(string path) => LibSystem.access(path, LibSystem.ExecuteAccess) == 0;
}
