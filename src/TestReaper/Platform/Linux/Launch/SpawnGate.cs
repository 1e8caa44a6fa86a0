using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Launch;

// Constraint: clone3(2) with CLONE_INTO_CGROUP puts a child into a cgroup at birth, but managed code cannot call it safely. A move after
// the exec is too late: what the program forked before it stays outside. So the child must wait between fork and exec.
//
// Scheme: posix_spawn opens files in the child, and opening a FIFO for writing blocks until another process opens it for reading
// (https://man7.org/linux/man-pages/man7/fifo.7.html). The FIFO is the gate. The spawning thread is suspended as well (vfork), so a
// second thread finds the child in the kernel's list of that thread's children (proc_pid_task_children(5)), moves it into the cgroup,
// and opens the FIFO for reading.
//
// Invariants:
// - The FIFO is unlinked before the spawn and reached through /proc/self/fd, so it has no name that a killed host could leave.
// - The child is identified by the thread that forked it, never by a scan: no other child of this process can be taken for it.
// - The gate is always opened, also after an error: a child that waits for ever would keep the spawning thread for ever.
// - If no descriptor is free to open the gate, the child is killed. Its pid cannot be reused, because it has not been collected.
// - A child that the kernel does not show (CONFIG_PROC_CHILDREN), or that does not reach the gate in time, starts without a cgroup, and
//   the report says so.

/// <summary>Holds back a child between fork and exec, so that it is in its cgroup before its first instruction.</summary>
internal sealed class SpawnGate : IDisposable
{
    private const uint OwnerOnly = 0x180; // 0600
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ManualResetEventSlim _threadKnown = new();
    private readonly int _fifo;
    private int _threadId;
    private int _reader = -1;

    private SpawnGate(int fifo) => _fifo = fifo;

    /// <summary>What the child opens for writing. It inherits the descriptor.</summary>
    internal string Path => string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{_fifo}");

    /// <summary>Creates a FIFO and removes its name; null if that is not possible.</summary>
    internal static SpawnGate? TryCreate(string name) => Accessible.OrDefault(() =>
    {
        var path = System.IO.Path.Combine(StateDirectory.Get(ProcessPlatform.Current), name + ".gate");
        if (LibC.mkfifo(path, OwnerOnly) != 0)
        {
            return null;
        }

        var fifo = LibC.open(path, OpenFlags.PathOnly | OpenFlags.NoFollow | OpenFlags.CloseOnExec, 0);
        File.Delete(path);
        return fifo < 0 ? null : new SpawnGate(fifo);
    });

    /// <summary>Called on the thread that is about to spawn.</summary>
    internal void SpawnFromThisThread()
    {
        _threadId = LibC.gettid();
        _threadKnown.Set();
    }

    /// <summary>Waits until the child exists.</summary>
    /// <returns>Its pid; null if the spawn ended without one, or the kernel does not list children.</returns>
    internal int? WaitForChild(Func<bool> spawnEnded)
    {
        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (!_threadKnown.Wait(1))
        {
            if (spawnEnded())
            {
                return null;
            }
        }

        var children = $"/proc/self/task/{_threadId}/children";
        var spinner = default(SpinWait);
        while (!spawnEnded() && Environment.TickCount64 < deadline)
        {
            if (!File.Exists(children))
            {
                return null;
            }

            if (KernelText.ReadLines(children) is [var line]
                && int.TryParse(line.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                return pid;
            }

            spinner.SpinOnce();
        }

        return null;
    }

    /// <summary>Lets the child go on to its exec. A child that comes later finds the gate open.</summary>
    /// <returns>False if this process had no free descriptor within the limit.</returns>
    internal bool TryOpen(Func<bool> spawnEnded) => SpinWait.SpinUntil(() => spawnEnded() || TryOpen(), Patience);

    public void Dispose()
    {
        if (_reader >= 0)
        {
            _ = LibC.close(_reader);
        }

        _ = LibC.close(_fifo);
        _threadKnown.Dispose();
    }

    private bool TryOpen()
    {
        _reader = LibC.open(Path, OpenFlags.ReadOnly | OpenFlags.NonBlocking | OpenFlags.CloseOnExec, 0);
        return _reader >= 0;
    }
}
