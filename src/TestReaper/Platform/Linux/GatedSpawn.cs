using System.Runtime.ExceptionServices;
using System.Runtime.Versioning;

namespace TestReaper.Platform.Linux;

/// <summary>Spawns a child that is in its cgroup before it executes anything.</summary>
[SupportedOSPlatform("linux")]
internal static class GatedSpawn
{
    /// <param name="name">Names the gate.</param>
    /// <param name="cgroup">Where the child goes.</param>
    /// <param name="spawn">Spawns a child that opens the given file first, or none if that is null; returns its pid.</param>
    /// <param name="obstacle">Why the child is not in the cgroup; unchanged if it is.</param>
    internal static int Run(string name, CGroup cgroup, Func<string?, int> spawn, ref string obstacle)
    {
        using var gate = SpawnGate.TryCreate(name);
        if (gate is null)
        {
            obstacle = "no gate could be made that holds the child before its exec";
            return spawn(null);
        }

        var (pid, error) = (0, default(ExceptionDispatchInfo));
        var thread = new Thread(() =>
        {
            try
            {
                gate.SpawnFromThisThread();
                pid = spawn(gate.Path);
            }
            catch (Exception failure)
            {
                error = ExceptionDispatchInfo.Capture(failure);
            }
        })
        {
            IsBackground = true,
            Name = "TestReaper spawn",
        };
        thread.Start();

        int? child = null;
        try
        {
            child = gate.WaitForChild(spawnEnded: () => !thread.IsAlive);
            obstacle = Contain(child, cgroup) ?? obstacle;
        }
        finally
        {
            if (!gate.TryOpen(spawnEnded: () => !thread.IsAlive) && child is { } held)
            {
                // Nobody else waits for it: the pid is still its own.
                _ = LibC.kill(held, SignalNumbers.Kill);
            }

            thread.Join();
        }

        error?.Throw();
        return pid;
    }

    /// <returns>Why it is not in the cgroup; null if it is.</returns>
    private static string? Contain(int? child, CGroup cgroup)
    {
        if (child is not { } waiting)
        {
            return "the kernel did not show the child before its exec (CONFIG_PROC_CHILDREN?)";
        }

        return cgroup.TryAdd(waiting) ? null : $"the kernel did not let the child into {cgroup.ProcsFile}";
    }
}
