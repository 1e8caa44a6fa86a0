using TestReaper.Platform.Windows.Files;
using TestReaper.Platform.Windows.Jobs;
using TestReaper.Platform.Windows.Launch;
using TestReaper.Platform.Windows.Processes;
using TestReaper.Platform.Windows.Sockets;
using TestReaper.Platform.Windows.Wait;

namespace TestReaper.Platform.Windows;

/// <summary>Windows 10 and later: starts by CreateProcess, contains by job objects, holds and waits by process handles.</summary>
[SupportedOSPlatform("windows")]
internal sealed class WindowsPlatform(bool useJob = true) : IProcessPlatform
{
    public IProcessTable Processes { get; } = new WindowsProcessTable();

    public IProcessMarks Marks { get; } = new WindowsProcessMarks();

    public IProcessControl Control { get; } = new WindowsProcessControl();

    public IChildProcesses Children { get; } = new WindowsChildProcesses();

    public IProcessLauncher Launcher { get; } = new WindowsLauncher(useJob);

    public IProcessContainers Containers { get; } = new JobContainers(useJob);

    public ISocketTable Sockets { get; } = new WindowsSockets();

    public ILocalFiles Files { get; } = new WindowsFiles();

    public ISharedMemory? SharedMemory => null;

    public IThreadTable? Threads => null;

    public ISystemFacts? Facts { get; } = new WindowsSystemFacts();

    public ITerminal Terminal { get; } = new WindowsTerminal();
}
