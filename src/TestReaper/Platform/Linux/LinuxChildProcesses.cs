using TestReaper.Platform.Linux.Launch;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux;

/// <summary>The children of this process: the runtime's table of them, and the kernel's list for each thread.</summary>
internal sealed class LinuxChildProcesses : IChildProcesses
{
    public bool TryBecomeSubreaper() => RuntimeChildren.AreKnown && SubreaperFlag.TrySet();

    public bool MayBeAdopted(int pid) => !RuntimeChildren.Contains(pid);

    public bool IsStartedByRuntime(int pid) => RuntimeChildren.AreKnown && RuntimeChildren.Contains(pid);

    public bool IsStartedHere(int pid) => ThreadChildren.IsOfOtherThread(pid);
}
