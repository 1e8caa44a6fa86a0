using TestReaper.Tests.Servers;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>After a failed reap the next call tries again.</summary>
public sealed class RetryTests : RunningServers
{
    private static readonly ReapOptions Short = new() { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(1) };

    [SkippableFact(Timeout = 60_000)]
    public async Task A_server_that_could_not_die_is_reaped_by_the_next_call()
    {
        using var cage = Freezer.Make();
        var server = await StartAsync(Program() with { Reap = Short });
        await Registry.WaitForAsync(1);
        await cage.FreezeAsync(server.ProcessId);

        await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());
        Registry.AssertAlive("root", 1);
        cage.Thaw();
        var report = await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(server.ProcessId, Assert.Single(report.Processes).ProcessId);
        Assert.Same(report, await server.ReapAsync());
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_recorded_process_that_could_not_die_is_reaped_by_the_next_call()
    {
        using var cage = Freezer.Make();
        var reaper = new ProcessReaper(Short);
        using var root = reaper.Start(Infrastructure.TestProgram.StartInfo(["--registry", Registry.Directory, "--role", "root"]));
        await Registry.WaitForAsync(1);
        await cage.FreezeAsync(root.Id);

        await Assert.ThrowsAsync<ReapTimeoutException>(() => reaper.ReapAsync());
        Registry.AssertAlive("root", 1);
        cage.Thaw();
        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(root.Id, Assert.Single(report.Processes).ProcessId);
        Assert.Empty((await reaper.ReapAsync()).Processes);
    }
}
