using TestReaper.Platform.Linux.Containers;
using TestReaper.Platform.Linux.Launch;
using TestReaper.Platform.Linux.SharedMemory;
using TestReaper.Platform.Linux.Sockets;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Platform.Linux;

/// <summary>Linux: reads procfs, holds and waits by pidfd, starts by posix_spawn, contains by cgroup.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LinuxPlatform(bool useCGroup = true) : IProcessPlatform
{
    public IProcessTable Processes { get; } = new LinuxProcessTable();

    public IProcessMarks Marks { get; } = new LinuxProcessMarks();

    public IProcessControl Control { get; } = new LinuxProcessControl();

    public IChildProcesses Children { get; } = new LinuxChildProcesses();

    public IProcessLauncher Launcher { get; init; } = new LinuxLauncher(useCGroup);

    public IProcessContainers Containers { get; } = new CGroups(useCGroup);

    public ISocketTable Sockets { get; init; } = new LinuxSockets();

    public ILocalFiles Files { get; } = new LinuxFiles();

    public ISharedMemory SharedMemory { get; } = new LinuxSharedMemory();

    public IThreadTable Threads { get; } = new LinuxThreadTable();

    public ISystemFacts Facts { get; } = new LinuxSystemFacts();

    public ITerminal Terminal { get; } = new LinuxTerminal();
}
