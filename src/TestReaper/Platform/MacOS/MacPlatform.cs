using TestReaper.Platform.MacOS.Files;
using TestReaper.Platform.MacOS.Launch;
using TestReaper.Platform.MacOS.Processes;
using TestReaper.Platform.MacOS.Sockets;
using TestReaper.Platform.MacOS.Wait;

namespace TestReaper.Platform.MacOS;

/// <summary>macOS 10.15 and later: reads libproc, waits by kqueue, starts by posix_spawn. Compiled, not tested on hardware.</summary>
[SupportedOSPlatform("macos")]
internal sealed class MacPlatform : IProcessPlatform
{
    public bool HasProcFs => false;

    public IProcessTable Processes { get; } = new MacProcessTable();

    public IProcessMarks Marks { get; } = new MacProcessMarks();

    public IProcessControl Control { get; } = new MacProcessControl();

    public IChildProcesses Children { get; } = new MacChildProcesses();

    public IProcessLauncher Launcher { get; } = new MacLauncher();

    public IProcessContainers Containers { get; } = new NoContainers();

    public ISocketTable Sockets { get; } = new MacSockets();

    public ILocalFiles Files { get; } = new MacFiles();

    public ISharedMemory? SharedMemory => null;

    public IThreadTable? Threads => null;

    public ISystemFacts? Facts { get; } = new MacSystemFacts();

    public ITerminal Terminal { get; } = new MacTerminal();
}
