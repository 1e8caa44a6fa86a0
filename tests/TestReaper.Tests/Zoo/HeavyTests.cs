using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>Trees with much memory, many threads, great depth or width, and zombies that still hold resources.</summary>
[SupportedOSPlatform("linux")]
public sealed class HeavyTests
{
    [SkippableTheory(Timeout = 60_000)]
    [Trait("Category", "Full")]
    [InlineData("all layers")]
    [InlineData("no cgroup, pidfd_open ENOSYS")]
    public async Task A_process_with_64_threads_and_800_MB_is_gone_together_with_its_lock(string layers)
    {
        using var cage = new ZooCage(LayerSet.Of(layers));

        var report = await cage.ReapBesideAsync(new Animal("plain"), new Animal("huge", 1));

        cage.Registry.AssertNoneAlive();
        Assert.Equal("reaped", report.Outcome);
        cage.AssertInnocentsAlive();
        await cage.EndAsync();
    }

    [SkippableTheory(Timeout = 60_000)]
    [Trait("Category", "Full")]
    [InlineData("deep", 300, "all layers")]
    [InlineData("deep", 300, "ordinary user")]
    [InlineData("deep", 300, "no cgroup, pidfd_open ENOSYS")]
    [InlineData("wide", 1000, "all layers")]
    [InlineData("wide", 1000, "ordinary user")]
    [InlineData("wide", 1000, "pidfd_open EMFILE")]
    public async Task A_large_tree_is_reaped_completely(string shape, int count, string layers)
    {
        using var cage = new ZooCage(LayerSet.Of(layers));

        var report = await cage.ReapBesideAsync(new Animal("plain"), new Animal(shape, count + 1), $"{count}");

        cage.Registry.AssertNoneAlive();
        Assert.Equal("reaped", report.Outcome);
        Assert.Equal(count + 1, report.Processes!.Count);
        cage.AssertInnocentsAlive();
        await cage.EndAsync();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("all layers")]
    [InlineData("no cgroup, pidfd_open ENOSYS")]
    public async Task A_zombie_leader_with_a_living_thread_is_not_gone_before_its_lock_and_port_are_free(string layers)
    {
        var port = FreePort.Next();
        using var cage = new ZooCage(LayerSet.Of(layers));

        var report = await cage.ReapBesideAsync(new Animal("plain"), new Animal("headless", 1), $"{port}");

        cage.Registry.AssertNoneAlive();
        Assert.True(FreePort.IsFree(port));
        Assert.True(report.Outcome == "reaped", report.Message);
        cage.AssertInnocentsAlive();
        await cage.EndAsync();
    }
}
