using System.Diagnostics;
using Xunit;

namespace TestReaper.Tests.SharedMemory;

/// <summary>Trees that were not launched as a server.</summary>
public sealed class KillTreeMemoryTests : SharedMemoryTest
{
    [SkippableFact(Timeout = 30_000)]
    public async Task KillTreeAsync_removes_what_the_tree_made_and_leaves_what_is_older()
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
    public async Task A_started_and_a_recorded_process_leave_nothing()
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
