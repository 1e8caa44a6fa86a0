using System.Diagnostics;
using System.Runtime.InteropServices;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class LifeTests : RunningServers
{
    private static readonly string[] Everyone = ["--depth", "2", "--children", "2", "--daemon", "--orphan", "--children-ignore-term"];
    private const int EveryoneCount = 1 + 2 + 2 + 1 + 1;

    [Fact(Timeout = 30_000)]
    public async Task A_tree_with_a_daemon_and_an_orphan_is_reaped_and_nothing_else()
    {
        using var bystander = await Bystander.StartAsync();
        await using var server = await StartAsync(Program(Everyone));
        var all = await Registry.WaitForAsync(EveryoneCount);

        var report = await server.ReapAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.Superset(all.Select(process => process.Pid).ToHashSet(), report.Processes.Select(process => process.ProcessId).ToHashSet());
        Assert.Empty(Logger.Warnings);
    }

    [Fact(Timeout = 30_000)]
    public async Task Disposing_reaps()
    {
        using var bystander = await Bystander.StartAsync();
        var server = await StartAsync(Program(Everyone));
        await Registry.WaitForAsync(EveryoneCount);

        await server.DisposeAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.True(server.HasExited);
    }

    [Fact(Timeout = 30_000)]
    public async Task Reaping_one_server_leaves_another_one_alone()
    {
        await using var one = await StartAsync(Program("--daemon", "--orphan"));
        await Registry.WaitForAsync(3);
        await using var other = await StartAsync(Program("--role", "other", "--children", "1"));
        await Registry.WaitForAsync(5);

        await one.ReapAsync();

        Registry.AssertAlive("root", 0);
        Registry.AssertAlive("other", 1);
        Registry.AssertAlive("child", 1);
        Assert.Equal(2, Registry.Alive().Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task Reaping_twice_gives_the_same_report()
    {
        await using var server = await StartAsync(Program());

        var first = await server.ReapAsync();
        var logged = Logger.Messages.Count;
        var second = await server.ReapAsync();
        await server.DisposeAsync();
        await server.DisposeAsync();

        Assert.Same(first, second);
        Assert.Equal(logged, Logger.Messages.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task Reaping_at_the_same_time_gives_the_same_report()
    {
        await using var server = await StartAsync(Program("--children", "2"));
        await Registry.WaitForAsync(3);

        var reports = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => server.ReapAsync())));

        Registry.AssertNoneAlive();
        Assert.All(reports, report => Assert.Same(reports[0], report));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_orderly_exit_ends_the_grace_period()
    {
        await using var server = await StartAsync(Program() with { Reap = LongGrace });
        await Registry.WaitForAsync(1);

        var report = await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.False(Assert.Single(report.Processes).WasKilled);
        Assert.Equal(0, server.ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_ignores_the_signal_is_killed_after_the_grace_period_and_not_before()
    {
        var grace = TimeSpan.FromMilliseconds(600);
        await using var server = await StartAsync(Program("--ignore-term") with { Reap = new ReapOptions { GracePeriod = grace } });
        await Registry.WaitForAsync(1);

        var report = await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.True(Assert.Single(report.Processes).WasKilled);
        Assert.InRange(report.Elapsed, grace, TimeSpan.FromSeconds(20));
        Assert.Equal(128 + 9, server.ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_token_ends_the_grace_period_and_not_the_reap()
    {
        using var endGrace = new CancellationTokenSource();
        await using var server = await StartAsync(
            Program("--ignore-term", "--children", "1", "--children-ignore-term") with { Reap = LongGrace });
        await Registry.WaitForAsync(2);

        var reap = server.ReapAsync(endGrace.Token);
        Assert.False(reap.IsCompleted);
        Registry.AssertAlive("root", 1);
        await endGrace.CancelAsync();
        var report = await reap;

        Registry.AssertNoneAlive();
        Assert.Equal(2, report.Processes.Count(process => process.WasKilled));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_later_call_can_end_the_grace_period_of_the_first()
    {
        await using var server = await StartAsync(Program("--ignore-term") with { Reap = LongGrace });
        await Registry.WaitForAsync(1);
        var first = server.ReapAsync();

        var second = await server.ReapAsync(new CancellationToken(canceled: true));

        Registry.AssertNoneAlive();
        Assert.Same(second, await first);
    }

    [Fact(Timeout = 30_000)]
    public async Task By_default_the_root_is_signalled_first_and_the_rest_after_the_drain()
    {
        await using var server = await StartAsync(Program("--children", "2") with { Reap = LongGrace });
        await Registry.WaitForAsync(3);

        var report = await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Equal([false, false, false], report.Processes.Select(process => process.WasKilled));
    }

    [Fact(Timeout = 30_000)]
    public async Task On_request_the_whole_tree_is_signalled()
    {
        await using var server = await StartAsync(Program("--children", "2") with { Reap = LongGrace with { StopWholeTree = true } });
        await Registry.WaitForAsync(3);

        var report = await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Equal([false, false, false], report.Processes.Select(process => process.WasKilled));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData((PosixSignal)10, 128 + 10)]
    public async Task The_stop_signal_can_be_chosen(PosixSignal signal, int exitCode)
    {
        await using var server = await StartAsync(Program() with { Reap = LongGrace with { StopSignal = signal } });
        await Registry.WaitForAsync(1);

        await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(exitCode, server.ExitCode);
    }
}
