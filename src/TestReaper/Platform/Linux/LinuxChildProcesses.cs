using System.Collections;
using System.Reflection;
using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Launch;
using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Platform.Linux;

/// <summary>Distinguishes children that this process started from orphans that it adopted.</summary>
/// <remarks>
/// The kernel shows both as children. The runtime's table of its children (dotnet/runtime, ProcessWaitState.Unix.cs) has those that
/// System.Diagnostics.Process started. The kernel's list of children of a thread (proc_pid_task_children(5)) has those that native code
/// started on that thread; an orphan goes to the first living thread of the process that adopts it, which is the main thread.
/// </remarks>
internal sealed class LinuxChildProcesses : IChildProcesses
{
    // Null on a runtime that keeps its table elsewhere.
    private static readonly IDictionary? RuntimeTable = typeof(System.Diagnostics.Process).Assembly
        .GetType("System.Diagnostics.ProcessWaitState")?
        .GetField("s_childProcessWaitStates", BindingFlags.Static | BindingFlags.NonPublic)?
        .GetValue(null) as IDictionary;

    public bool TryBecomeSubreaper() => RuntimeTable is not null && SubreaperFlag.TrySet();

    public bool MayBeAdopted(int pid) => RuntimeTable is not null && !IsStartedByRuntime(pid);

    public bool IsStartedByRuntime(int pid)
    {
        if (RuntimeTable is null)
        {
            return false;
        }

        lock (RuntimeTable)
        {
            return RuntimeTable.Contains(pid);
        }
    }

    public bool IsStartedHere(int pid)
    {
        var main = $"/proc/self/task/{Environment.ProcessId}";
        return IsMainThreadAlive() && Accessible.OrDefault(
            () => Directory.EnumerateDirectories("/proc/self/task").Any(task => task != main && IsChildOf(task, pid)));
    }

    public void CollectAdopted(ProcessHandle zombie)
    {
        // While the zombie holds its pid, no other process can have it. waitid(2) refuses a process that is not a child.
        if (zombie.HoldsPid && MayBeAdopted(zombie.Identity.Pid))
        {
            new WaitTarget(zombie.Identity.Pid, pidfd: null).Wait(WaitTarget.CollectNow);
        }
    }

    // After the main thread has exited, another thread adopts.
    private static bool IsMainThreadAlive() =>
        ProcFs.TryRead(Environment.ProcessId, out var process) == ReadOutcome.Read && process.State is not ('Z' or 'X');

    private static bool IsChildOf(string task, int pid) =>
        KernelText.ReadLines(Path.Combine(task, "children")) is [var children] && children.Split(' ').Contains($"{pid}");
}
