using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>A real process that SIGKILL does not end: in a frozen cgroup (v1) the signal stays pending until the thaw.</summary>
public sealed class FrozenProcessTests : RealTrees
{
    [SkippableFact(Timeout = 30_000)]
    public async Task A_process_that_cannot_die_fails_the_reap_in_time_and_is_named()
    {
        using var cage = Freezer.Make();
        using var root = StartUnknown("--children", "1");
        await Registry.WaitForAsync(2);
        var logger = new ListLogger();
        var timeout = TimeSpan.FromSeconds(1);

        await cage.FreezeAsync(root.Id);
        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(
            () => ProcessReaper.KillTreeAsync(root.Id, options: new() { GracePeriod = TimeSpan.Zero, Timeout = timeout }, logger: logger));

        var survivor = Assert.Single(failure.Survivors);
        Registry.AssertAlive("root", 1);
        Registry.AssertAlive("child", 0);
        Assert.Equal(root.Id, survivor.ProcessId);
        Assert.True(survivor.Threads > 1, $"{survivor.Threads} thread(s)");
        Assert.Contains("--children 1", survivor.CommandLine, StringComparison.Ordinal);
        Assert.InRange(survivor.StartedAt!.Value, DateTimeOffset.Now.AddMinutes(-1), DateTimeOffset.Now.AddSeconds(2));
        Assert.Equal(
            "child", Registry.Registered().Single(process => process.Pid == Assert.Single(failure.Report.Processes).ProcessId).Role);
        Assert.InRange(failure.Report.Elapsed, timeout, timeout + TimeSpan.FromSeconds(10));
        Assert.StartsWith("1 process not gone 0.5", Assert.Single(logger.Warnings), StringComparison.Ordinal);

        // SIGKILL is pending: it dies after the thaw.
        cage.Thaw();
        Registry.AssertNoneAlive(grace: TimeSpan.FromSeconds(10));
    }
}
