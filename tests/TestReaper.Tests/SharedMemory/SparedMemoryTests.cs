using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.SharedMemory;

/// <summary>Objects of other processes stay. Most tests also have an object of the tree, which is removed.</summary>
public sealed class SparedMemoryTests : SharedMemoryTest
{
    [SkippableFact(Timeout = 30_000)]
    public async Task An_object_older_than_the_launch_stays_even_if_the_server_maps_it()
    {
        var (older, own) = (NewName(), NewName());
        Stop(await NeighbourAsync("touch", older, "systemv-loose"));
        var segment = Assert.Single(Segments);
        await using var server = await StartAsync(null, "map", older, "attach", $"{segment}", "create", own);

        var report = await server.ReapAsync();

        Assert.Equal("removed", ReleaseOf(report, own).Detail);
        Assert.Single(report.Releases);
        Assert.True(Exists(older));
        Assert.True(SystemVExists(segment));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task An_object_that_a_neighbour_creates_while_the_server_runs_stays()
    {
        var (held, loose, own) = (NewName(), NewName(), NewName());
        await using var server = await StartAsync(null, "create", own);
        await NeighbourAsync("create", held, "semaphore", held, "systemv");
        Stop(await NeighbourAsync("touch", loose, "systemv-loose"));

        var report = await server.ReapAsync();

        Assert.Equal("removed", ReleaseOf(report, own).Detail);
        Assert.True(Exists(held) && Exists("sem." + held) && Exists(loose));
        Assert.Equal(2, Segments.Count);

        // The second neighbour is dead, so its segment may be that of a short-lived member, unless a sample saw that neighbour.
        Assert.All(report.Releases.Where(release => !release.Name.Contains(own, StringComparison.Ordinal)), release =>
        {
            Assert.Contains($"System V segment {Segments.Last()} ", release.Name, StringComparison.Ordinal);
            Assert.Equal(ReleaseVerdict.NotVerified, release.Verdict);
        });
        Assert.All(Segments, id => Assert.True(SystemVExists(id)));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task An_object_that_a_process_outside_the_tree_uses_stays_and_the_process_is_reported()
    {
        var (shared, own) = (NewName(), NewName());
        await using var server = await StartAsync(null, "create", shared, "systemv", "create", own);
        var segment = Assert.Single(Segments);
        var user = await NeighbourAsync("map", shared, "attach", $"{segment}");

        var report = await server.ReapAsync();

        Assert.Equal("removed", ReleaseOf(report, own).Detail);
        foreach (var name in (string[])[shared, $"System V segment {segment} "])
        {
            var release = ReleaseOf(report, name);
            Assert.Equal(ReleaseVerdict.Released, release.Verdict);
            Assert.Equal($"not removed, process {user.Id} (memory) outside the tree uses it", release.Detail);
        }

        Assert.True(Exists(shared));
        Assert.True(SystemVExists(segment));
        Assert.False(Exists(own));
        Assert.False(user.HasExited);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task An_object_that_the_test_host_has_open_stays()
    {
        var name = NewName();
        await using var server = await StartAsync(null, "create", name);
        using var open = new FileStream(PathOf(name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

        var report = await server.ReapAsync();

        Assert.Contains($"process {Environment.ProcessId} ", ReleaseOf(report, name).Detail, StringComparison.Ordinal);
        Assert.True(Exists(name));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_name_that_now_belongs_to_another_object_stays()
    {
        var name = NewName();
        await using var server = await StartAsync(null, "create", name);
        Stop(await NeighbourAsync("unlink", name, "touch", name));

        var report = await server.ReapAsync();

        Assert.Empty(report.Releases);
        Assert.True(Exists(name));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_symbolic_link_in_place_of_an_object_is_not_followed()
    {
        var (name, victim) = (NewName(), NewName());
        await using var server = await StartAsync(null, "create", name);
        Stop(await NeighbourAsync("touch", victim, "unlink", name));
        File.CreateSymbolicLink(PathOf(name), PathOf(victim));

        var report = await server.ReapAsync();

        Assert.Empty(report.Releases);
        Assert.True(Exists(victim));
        Assert.Equal(PathOf(victim), new FileInfo(PathOf(name)).LinkTarget);
    }
}
