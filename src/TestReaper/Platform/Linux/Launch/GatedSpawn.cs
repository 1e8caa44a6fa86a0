using System.Runtime.ExceptionServices;
using TestReaper.Platform.Linux.Containers;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>Spawns a child that is in its cgroup before its first instruction. See <see cref="SpawnGate"/>.</summary>
[SupportedOSPlatform("linux")]
internal static class GatedSpawn
{
    /// <param name="name">Names the gate.</param>
    /// <param name="cgroup">Where the child goes.</param>
    /// <param name="spawn">Spawns a child that opens the given file first, or no file for null; returns its pid and its pidfd.</param>
    /// <param name="obstacle">Why the child is not in the cgroup; unchanged if it is.</param>
    internal static (int Pid, SafeFileHandle? Pidfd) Run(
        string name, CGroup cgroup, Func<string?, (int Pid, SafeFileHandle? Pidfd)> spawn, ref string obstacle)
    {
        using var gate = SpawnGate.TryCreate(name);
        if (gate is null)
        {
            obstacle = "no gate could be made that holds the child before its exec";
            return spawn(null);
        }

        var (pid, pidfd, error) = (0, default(SafeFileHandle), default(ExceptionDispatchInfo));
        SafeFileHandle? held = null;
        var thread = BackgroundThread.TryStart("TestReaper spawn", () =>
        {
            try
            {
                gate.SpawnFromThisThread();
                (pid, pidfd) = spawn(gate.Path);
            }
            catch (Exception failure)
            {
                error = ExceptionDispatchInfo.Capture(failure);
            }
        }) ?? throw new LaunchException(
            "the system is out of threads or memory (RLIMIT_NPROC, pids.max, or memory). Something may have leaked processes before.");
        int? child = null;
        try
        {
            child = gate.WaitForChild(spawnEnded: () => !thread.IsAlive);

            // It waits at the gate: it cannot exit, so its pid cannot be reused.
            held = child is { } born ? Pidfd.OpenOwn(born) : null;
            obstacle = Contain(child, cgroup) ?? obstacle;
        }
        catch (Exception failure)
        {
            // Thrown after the spawning thread has ended: only then is the pid of the child known.
            error = ExceptionDispatchInfo.Capture(failure);
        }
        finally
        {
            if (!gate.TryOpen(spawnEnded: () => !thread.IsAlive) && child is { } waiting)
            {
                // It has not been collected: the pid is still its own.
                _ = LibC.kill(waiting, SignalNumbers.Kill);
            }

            thread.Join();
        }

        if (error is not null && pid > 0)
        {
            LinuxChild.Kill(pid, held ?? pidfd, cgroup);
        }

        (held is null ? null : pidfd)?.Dispose();
        error?.Throw();
        return (pid, held ?? pidfd);
    }

    /// <returns>Why it is not in the cgroup; null if it is.</returns>
    private static string? Contain(int? child, CGroup cgroup) => child switch
    {
        null => "the kernel did not show the child before its exec (CONFIG_PROC_CHILDREN?)",
        { } waiting when cgroup.TryAdd(waiting) => null,
        _ => $"the kernel did not let the child into {cgroup.ProcsFile}",
    };
}
