using System.IO.Pipes;
using System.Runtime.Versioning;
using TestReaper.Platform.Linux.Containers;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>Starts programs by posix_spawn(3), servers in a cgroup of their own.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxLauncher(bool useCGroup) : IProcessLauncher
{
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

    public void EndHelper(LaunchedProcess helper) => SubreaperFlag.Without(() => ((LinuxChild)helper).End(SignalNumbers.Kill));

    public bool IsExecutable(string path) => File.Exists(path) && LibC.access(path, LibC.ExecuteAccess) == 0;

    public string? ExplainNoAccess(string path) => ExecutableAccess.Explain(path);

    public IDisposable? PassDefaultPipeSignal() => PipeSignal.PassDefault();
}
