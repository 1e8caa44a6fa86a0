using TestReaper.Platform.Linux.Containers;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Platform.Linux.Launch;

/// <summary>A child between its spawn and the return of the launch. If an error occurs in between, the child must not stay.</summary>
[SupportedOSPlatform("linux")]
internal static class SpawnedChild
{
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(1);

    /// <summary>Kills the child, its cgroup and its group, and collects it. Needs no descriptor and no thread.</summary>
    internal static void Kill(int pid, CGroup? cgroup)
    {
        var child = new WaitTarget(pid, pidfd: null);
        var start = Stopwatch.GetTimestamp();
        for (var isAlive = true; isAlive && Stopwatch.GetElapsedTime(start) < KillLimit;)
        {
            cgroup?.Kill();

            // While it can be waited for, its pid is not reused, and neither is the id of the group that it founded.
            var exit = child.Wait(WaitTarget.PeekNow).Exit;
            if (exit is not { Code: null })
            {
                _ = LibC.kill(-pid, SignalNumbers.Kill);
                _ = LibC.kill(pid, SignalNumbers.Kill);
            }

            isAlive = exit is null;
            if (isAlive)
            {
                ThreadPause.For(TimeSpan.FromMilliseconds(1));
            }
        }

        _ = child.Wait(WaitTarget.CollectNow);
    }
}
