using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Lines without a line feed: progress bars end in a carriage return, and prompts do not end at all.</summary>
public sealed class UnfinishedLineTests : RunningServers
{
    private const string Stay = "exec sleep 60";

    [Theory(Timeout = 30_000)]
    [InlineData(3)]
    [InlineData(400)]
    public async Task An_anchored_pattern_matches_a_line_after_a_progress_bar(int steps)
    {
        var script = $"i=0; while [ $i -lt {steps} ]; do printf '\\rLoading shards %s of {steps}|#########|' $i >&2; i=$((i+1)); done; " +
            $"printf '\\r%60s\\rINFO:     Application startup complete.\\n' '' >&2; {Stay}";

        await using var server =
            await StartAsync(Shell(script) with { Readiness = Readiness.OutputLine("^INFO: +Application startup complete") });

        Assert.Equal(["INFO:     Application startup complete."], server.Output.Tail);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_state_that_is_overwritten_at_once_is_matched()
    {
        await using var server = await StartAsync(Shell($"printf 'start\\rport 4711 is open\\rgoing on\\r'; {Stay}") with
        {
            Readiness = Readiness.OutputLine("^port (?<port>[0-9]+) is open$"),
            VerifyListener = false,
        });

        Assert.Equal(4711, server.Port);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_bar_leaves_one_line_in_the_tail_and_in_the_log()
    {
        var script = $"i=0; while [ $i -lt 2000 ]; do printf 'step %s\\r' $i; i=$((i+1)); done; printf 'step 2000\\ndone\\n'; {Stay}";
        await using var server = await StartUntilAsync("done", Shell(script) with { KeepLogs = true });

        await server.ReapAsync();

        Assert.Equal(["step 2000", "done"], server.Output.Tail);
        Assert.Equal("step 2000\ndone\n", LogOf(server));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("ready> ", "^ready>")]
    [InlineData("listening\\r", "^listening$")]
    [InlineData("first\\nhalf a line", "half a line")]
    [InlineData("listening on port 4711", "port (?<port>[0-9]+)$")]
    public async Task Text_without_a_line_end_is_matched(string text, string pattern)
    {
        await using var server =
            await StartAsync(Shell($"printf '{text}'; {Stay}") with { Readiness = Readiness.OutputLine(pattern), VerifyListener = false });

        Assert.False(server.HasExited);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_number_that_is_written_in_two_parts_is_not_cut()
    {
        await using var server = await StartAsync(Shell($"printf 'port 80'; sleep 0.3; printf '80\\n'; {Stay}") with
        {
            Readiness = Readiness.OutputLine("port (?<port>[0-9]+)"),
            VerifyListener = false,
        });

        Assert.Equal(8080, server.Port);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_prompt_is_the_last_line_of_the_tail_until_it_is_completed()
    {
        await using var server = await StartUntilAsync("up", Shell("echo up; printf 'password: '; read x; echo given; cat") with
        { RedirectStandardInput = true });

        await Poll.UntilAsync(() => server.Output.Tail.Count == 2, "the prompt");
        Assert.Equal(["up", "password: "], server.Output.Tail);

        await server.StandardInput.WriteLineAsync("x");
        await Poll.UntilAsync(() => server.Output.Tail is [_, "password: given"], "the completed line");
    }

    [Theory(Timeout = 30_000)]
    [InlineData("waiting for lock held by pid 77 ... ")]
    [InlineData("0%%\\r50%%\\rwaiting for lock held by pid 77 ... \\r")]
    public async Task The_message_of_a_start_that_hangs_shows_the_unfinished_line(string text)
    {
        var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartUntilAsync(
            "never", Shell($"printf '{text}'; {Stay}") with { StartupTimeout = TimeSpan.FromMilliseconds(600) }));

        Assert.EndsWith("waiting for lock held by pid 77 ... ", failure.Message, StringComparison.Ordinal);
        Assert.Equal("waiting for lock held by pid 77 ... ", failure.OutputTail);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_beginning_of_a_secret_in_an_unfinished_line_stays_hidden()
    {
        var options = Shell($"printf 'token swordfish'; {Stay}") with
        {
            Environment = new Dictionary<string, string?> { ["A_TOKEN"] = "swordfish-0123456789" },
            StartupTimeout = TimeSpan.FromMilliseconds(600),
        };

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartUntilAsync("never", options));

        Assert.Equal("token ***", failure.OutputTail);
    }
}
