using System.Diagnostics;
using Xunit;

namespace TestReaper.Tests.SharedMemory;

/// <summary>Trees that were not launched as a server.</summary>
public sealed class KillTreeMemoryTests : SharedMemoryTest
{
    [SkippableFact(Timeout = 30_000)]
    public async Task KillTreeAsync_removes_objects_that_the_tree_created_and_keeps_older_ones()
    {
        var (older, own) = (NewName(), NewName());
        Stop(await NeighbourAsync("touch", older));
        var root = await NeighbourAsync("later", "map", older, "create", own, "systemv");

        var report = await ProcessReaper.KillTreeAsync(root.Id);

        Assert.Equal("removed", ReleaseOf(report, own).Detail);
        Assert.Equal("removed", ReleaseOf(report, "System V segment ").Detail);
        Assert.False(Exists(own));
        Assert.True(Exists(older));
        Assert.DoesNotContain(
            report.Releases, release => release.Name.Contains(older, StringComparison.Ordinal) && release.Detail == "removed");
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task Objects_of_started_and_of_recorded_processes_are_removed()
    {
        var (started, recorded) = (NewName(), NewName());
        var reaper = new ProcessReaper(new ReapOptions { GracePeriod = TimeSpan.Zero });
        using var root = reaper.Start(new ProcessStartInfo(MemoryProgram.Require(), ["create", started]) { RedirectStandardOutput = true });
        Assert.Equal("ready", await root.StandardOutput.ReadLineAsync());
        var other = await NeighbourAsync("later", "create", recorded);
        reaper.Record(other);

        var report = await reaper.ReapAsync();

        Assert.Equal("removed", ReleaseOf(report, started).Detail);
        Assert.Equal("removed", ReleaseOf(report, recorded).Detail);
        Assert.False(Exists(started) || Exists(recorded));
    }
}
