using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class ReapAsyncTests : RealTrees
{
    [Fact(Timeout = 30_000)]
    public async Task Nothing_recorded_is_an_empty_report()
    {
        var report = await new ProcessReaper().ReapAsync();

        Assert.Empty(report.Processes);
        Assert.Equal((TimeSpan.Zero, "nothing was recorded"), (report.Elapsed, report.Mechanism));
        Assert.Equal("nothing was recorded", report.Outcome);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_second_reap_finds_nothing_and_the_reaper_can_be_used_again()
    {
        var reaper = new ProcessReaper(AtOnce);
        using var first = reaper.Start(Info());
        await Registry.WaitForAsync(1);
        await reaper.ReapAsync();

        Assert.Equal("nothing was recorded", (await reaper.ReapAsync()).Mechanism);
        using var second = reaper.Start(Info());
        await Registry.WaitForAsync(1);
        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Equal(second.Id, Assert.Single(report.Processes).ProcessId);
    }

    /// <summary>.NET waits for the children of this process; the runtime aborts if other code collects the exit code first.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Process_objects_have_the_right_exit_codes_after_the_reap()
    {
        var reaper = new ProcessReaper(new ReapOptions { GracePeriod = TimeSpan.FromSeconds(1) });
        using var exited = reaper.Start(Info("--exit-after", "0", "--exit-code", "7"));
        using var obedient = reaper.Start(Info("--role", "obedient"));
        using var stubborn = reaper.Start(Info("--ignore-term", "--role", "stubborn"));
        await exited.WaitForExitAsync();
        await OneAsync("obedient");
        await OneAsync("stubborn");

        await reaper.ReapAsync();

        Assert.Equal(7, await ExitCodeOf(exited));
        Assert.Equal(0, await ExitCodeOf(obedient));
        Assert.Equal(128 + 9, await ExitCodeOf(stubborn));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_started_during_a_reap_belongs_to_the_next_one()
    {
        var reaper = new ProcessReaper(LongGrace);
        using var endGrace = new CancellationTokenSource();
        using var first = reaper.Start(Info("--ignore-term"));
        await Registry.WaitForAsync(1);
        var reap = reaper.ReapAsync(endGrace.Token);

        using var second = reaper.Start(Info("--role", "second"));
        await OneAsync("second");
        await endGrace.CancelAsync();
        var report = await reap;

        Registry.AssertAlive("root", 0);
        Registry.AssertAlive("second", 1);
        Assert.Equal(first.Id, Assert.Single(report.Processes).ProcessId);
        Assert.Equal(second.Id, Assert.Single((await reaper.ReapAsync(new CancellationToken(canceled: true))).Processes).ProcessId);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task Two_reapers_do_not_reap_each_others_processes()
    {
        var one = new ProcessReaper(AtOnce);
        var other = new ProcessReaper(AtOnce);
        using var first = one.Start(Info("--daemon"));
        using var second = other.Start(Info("--daemon"));
        await Registry.WaitForAsync(4);

        await one.ReapAsync();

        Registry.AssertAlive("root", 1);
        Registry.AssertAlive("daemon", 1);
        await other.ReapAsync();
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task The_report_states_the_layers_and_how_exits_were_waited_for()
    {
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(Info());

        var report = await reaper.ReapAsync();

        const string Layers = "parent, group, session, scope; what leaves its parent, session and environment at once can escape";
        Assert.StartsWith(Layers, report.Mechanism, StringComparison.Ordinal);
        Assert.EndsWith("; pidfd", report.Mechanism, StringComparison.Ordinal);
        Assert.True(report.Elapsed > TimeSpan.Zero);
    }

    [Fact(Timeout = 30_000)]
    public async Task Secrets_in_arguments_are_masked_in_the_report()
    {
        var reaper = new ProcessReaper(AtOnce);
        const string Script = "echo $$ > \"$1\"; sleep 60";
        var up = Path.Combine(Registry.Directory, ".up");
        using var root = reaper.Start(new("/bin/sh", ["-c", Script, "server", up, "--api-key", "sk-visible"]));
        await Poll.UntilAsync(() => File.Exists(up), "the shell to run");

        var report = await reaper.ReapAsync();

        Assert.Contains("--api-key ***", report.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("sk-visible", report.ToString() + report.Processes[0].CommandLine, StringComparison.Ordinal);
    }
}
