using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.SharedMemory;

/// <summary>Objects that a server created and left in shared memory are removed and reported.</summary>
public sealed class LeftMemoryTests : SharedMemoryTest
{
    [SkippableTheory(Timeout = 30_000)]
    [InlineData("create", "")]
    [InlineData("open-only", "")]
    [InlineData("semaphore", "sem.")]
    public async Task An_object_left_in_dev_shm_is_removed_and_reported(string action, string prefix)
    {
        var name = NewName();
        await using var server = await StartAsync(null, action, name);
        Assert.True(Exists(prefix + name));

        var report = await server.ReapAsync();

        var release = ReleaseOf(report, $"/dev/shm/{prefix}{name}");
        Assert.Equal(ReleaseVerdict.Released, release.Verdict);
        Assert.Equal("removed", release.Detail);
        Assert.Contains($"created by pid {server.ProcessId} memory", release.Name, StringComparison.Ordinal);
        Assert.Contains(action == "semaphore" ? "32 bytes" : "64.0 KiB", release.Name, StringComparison.Ordinal);
        Assert.EndsWith(": removed", $"{release}", StringComparison.Ordinal);
        Assert.False(Exists(prefix + name));
    }

    [SkippableTheory(Timeout = 30_000)]
    [InlineData("systemv")]
    [InlineData("systemv-loose")]
    public async Task A_system_v_segment_is_removed_and_reported(string action)
    {
        await using var server = await StartAsync(null, action);
        var id = Assert.Single(Segments);
        Assert.True(SystemVExists(id));

        var report = await server.ReapAsync();

        var release = ReleaseOf(report, $"System V segment {id} ");
        Assert.Equal("removed", release.Detail);
        Assert.Contains($"created by pid {server.ProcessId} memory", release.Name, StringComparison.Ordinal);
        Assert.False(SystemVExists(id));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task An_object_of_a_daemon_is_removed()
    {
        var name = NewName();
        await using var server = await StartAsync(null, "daemon", "create", name, "end");
        await Poll.UntilAsync(() => Exists(name), "the daemon to create its segment");

        var report = await server.ReapAsync();

        Assert.Equal("removed", ReleaseOf(report, name).Detail);
        Assert.False(Exists(name));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task An_object_of_a_short_lived_creator_is_removed_if_another_member_maps_it()
    {
        var name = NewName();
        await using var server = await StartAsync(null, "child", "touch", name, "end", "map", name);

        var report = await server.ReapAsync();

        Assert.Equal("removed", ReleaseOf(report, name).Detail);
        Assert.False(Exists(name));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_system_v_segment_of_a_short_lived_creator_is_named()
    {
        await using var server = await StartAsync(null, "child", "systemv-loose", "end");
        var id = Assert.Single(Segments);

        var report = await server.ReapAsync();

        // A sample may see the child, although it lives for a millisecond.
        var release = ReleaseOf(report, $"System V segment {id} ");
        Assert.Equal(SystemVExists(id) ? ReleaseVerdict.NotVerified : ReleaseVerdict.Released, release.Verdict);
        Assert.True(release.Detail == "removed" || release.Detail!.Contains("could be identified", StringComparison.Ordinal));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task An_object_with_two_names_is_removed_under_both()
    {
        var (name, other) = (NewName(), NewName());
        await using var server = await StartAsync(null, "create", name, "link", name, other);

        var report = await server.ReapAsync();

        Assert.Equal("removed", ReleaseOf(report, name).Detail);
        Assert.Equal("removed", ReleaseOf(report, other).Detail);
        Assert.False(Exists(name) || Exists(other));
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task An_object_that_the_server_removes_itself_is_not_reported()
    {
        var name = NewName();
        await using var server = await StartAsync(null, "create", name, "unlink", name);

        var report = await server.ReapAsync();

        Assert.Empty(report.Releases);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task With_RemoveSharedMemory_off_a_leftover_object_fails_the_reap_without_a_wait()
    {
        var name = NewName();
        var server = await StartAsync(
            new ReapOptions { GracePeriod = TimeSpan.Zero, RemoveSharedMemory = false, ReleaseTimeout = TimeSpan.FromMinutes(5) },
            "create",
            name);

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        var release = ReleaseOf(failure.Report, name);
        Assert.Equal(ReleaseVerdict.Held, release.Verdict);
        Assert.Contains("RemoveSharedMemory is off", $"{release}", StringComparison.Ordinal);
        Assert.True(Exists(name));
    }
}
