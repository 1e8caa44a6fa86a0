using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Servers;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>The order of a stop: the root, its input, the drain, the rest, the clean-up helpers.</summary>
public sealed class StopTests : RunningServers
{
    // A worker that records each SIGTERM, and exits by itself $2 twentieths of a second after its parent.
    private const string Worker =
        "trap 'echo term >>\"$1/.$0\"' TERM; parent=$PPID; echo up; " +
        "while [ \"$(cut -d' ' -f4 /proc/$$/stat)\" = $parent ]; do sleep 0.05; done; " +
        "while [ \"$2\" -gt 0 ]; do sleep 0.05; set -- \"$1\" $(($2 - 1)); done; echo done >>\"$1/.$0\"";

    private string Seen(string worker) => File.Exists(Note(worker)) ? File.ReadAllText(Note(worker)).ReplaceLineEndings(" ").Trim() : "";

    private string Note(string worker) => Path.Combine(Registry.Directory, $".{worker}");

    [Fact(Timeout = 30_000)]
    public async Task A_worker_that_exits_by_itself_after_the_root_gets_no_signal()
    {
        await using var server = await StartUntilAsync("up", Root("worker", 10) with { Reap = LongGrace });

        var report = await server.ReapAsync();

        Assert.Equal("done", Seen("worker"));
        Assert.DoesNotContain(report.Processes, process => process.WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task After_the_drain_the_rest_gets_one_stop_signal_and_the_remaining_grace_period()
    {
        // It exits three seconds after the root: later than the drain, which ends after a second without an exit.
        await using var server = await StartUntilAsync("up", Root("worker", 60) with { Reap = LongGrace });

        var report = await server.ReapAsync();

        Assert.Equal("term done", Seen("worker"));
        Assert.DoesNotContain(report.Processes, process => process.WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_drain_period_of_zero_signals_the_rest_at_once()
    {
        var reap = LongGrace with { DrainPeriod = TimeSpan.Zero };
        await using var server = await StartUntilAsync("up", Root("worker", 10) with { Reap = reap });

        await server.ReapAsync();

        Assert.Equal("term done", Seen("worker"));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_drain_is_part_of_the_grace_period()
    {
        var reap = new ReapOptions { GracePeriod = TimeSpan.FromMilliseconds(500), DrainPeriod = TimeSpan.FromMinutes(5) };
        await using var server = await StartUntilAsync("up", Root("worker", 2000) with { Reap = reap });

        var report = await server.ReapAsync();

        Assert.Equal("", Seen("worker"));
        Assert.Contains(report.Processes, process => process.WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_root_that_exited_long_before_the_reap_leaves_no_drain()
    {
        await using var server = await StartUntilAsync("up", Root("worker", 2000) with { Reap = LongGrace });
        _ = LibC.kill(server.ProcessId, LibC.SIGKILL);
        await ExitAsync(server);
        await Task.Delay(TimeSpan.FromSeconds(3.5));
        using var endGrace = new CancellationTokenSource();

        var reap = server.ReapAsync(endGrace.Token);
        await Poll.UntilAsync(() => Seen("worker") == "term", "the stop signal");
        await endGrace.CancelAsync();

        Assert.Contains((await reap).Processes, process => process.WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_stops_when_its_input_ends_is_not_killed()
    {
        var options = Shell("trap '' TERM; echo up; while read -r line; do :; done; echo done >\"$0\"", Note("root"));
        await using var server = await StartUntilAsync("up", options with { RedirectStandardInput = true, Reap = LongGrace });

        var report = await server.ReapAsync();

        Assert.Equal("done", Seen("root"));
        Assert.DoesNotContain(report.Processes, process => process.WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_input_ends_before_the_stop_signal_of_the_rest()
    {
        // As with npx: the launcher dies of the signal at once, and the server below it reads its input to the end.
        const string Child = "trap 'echo term >>\"$0\"' TERM; echo up; while read -r line; do :; done; sleep 0.3; echo done >>\"$0\"";
        var options = Shell("exec 3<&0; sh -c \"$1\" \"$0\" <&3 & wait", Note("child"), Child);
        await using var server = await StartUntilAsync("up", options with { RedirectStandardInput = true, Reap = LongGrace });

        await server.ReapAsync();

        Assert.Equal("done", Seen("child"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_clean_up_helper_is_killed_last_and_gets_no_stop_signal(int graceSeconds)
    {
        // It cleans up when the pipe from the root closes, like Python's resource_tracker. The root hangs.
        var helper = Path.Combine(Directory.CreateDirectory(Path.Combine(Registry.Directory, ".bin")).FullName, "torch_shm_manager");
        await File.WriteAllTextAsync(helper, "trap 'echo term >>\"$1\"' TERM; echo up; cat >/dev/null; echo cleaned >>\"$1\"");
        var pipe = Path.Combine(Registry.Directory, ".pipe");
        var options = Shell(
            "mkfifo \"$1\"; sh \"$0\" \"$2\" <\"$1\" & exec 9>\"$1\"; trap '' TERM; while :; do sleep 0.1 9>&-; done",
            helper,
            pipe,
            Note("helper"));
        var reap = new ReapOptions { GracePeriod = TimeSpan.FromSeconds(graceSeconds) };
        await using var server = await StartUntilAsync("up", options with { Reap = reap });

        await server.ReapAsync();

        Assert.Equal("cleaned", Seen("helper"));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_clean_up_helper_may_finish_after_the_stop_signal_has_ended_the_others(bool isWholeTreeAsked)
    {
        // Root and worker exit on the signal, which closes the helper's pipe. The helper's clean-up takes half a second.
        var helper = Path.Combine(Directory.CreateDirectory(Path.Combine(Registry.Directory, ".bin")).FullName, "torch_shm_manager");
        await File.WriteAllTextAsync(helper, "trap 'echo term >>\"$1\"' TERM; echo up; cat; sleep 0.5; echo cleaned >>\"$1\"");
        var options = Shell(
            "mkfifo \"$1\"; sh \"$0\" \"$2\" <\"$1\" & exec 9>\"$1\"; sleep 1000 & trap 'exit 0' TERM; while :; do sleep 0.1 9>&-; done",
            helper,
            Path.Combine(Registry.Directory, ".pipe"),
            Note("helper"));
        var reap = LongGrace with { StopWholeTree = isWholeTreeAsked, DrainPeriod = TimeSpan.Zero };
        await using var server = await StartUntilAsync("up", options with { Reap = reap });

        var report = await server.ReapAsync();

        Assert.Equal("cleaned", Seen("helper"));
        Assert.DoesNotContain(report.Processes, process => process.WasKilled);
    }

    private ServerProcessOptions Root(string worker, int twentieths) =>
        Shell(
            "trap 'exit 0' TERM; sh -c \"$1\" \"$0\" \"$2\" \"$3\" & while :; do sleep 0.05; done",
            worker,
            Worker,
            Registry.Directory,
            $"{twentieths}");
}
