using System.Collections.Concurrent;
using TestReaper.Servers.Output;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class OutputTests : RunningServers
{
    [Fact(Timeout = 30_000)]
    public async Task The_tail_holds_the_last_thousand_lines()
    {
        await using var server = await StartUntilAsync("done", Program("--flood", "1500", "--print", "done"));

        var tail = server.Output.Tail;

        Assert.Equal(1000, tail.Count);
        Assert.Equal("line 000502", tail[0]);
        Assert.Equal("done", tail[^1]);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_tail_is_a_copy()
    {
        await using var server = await StartUntilAsync("up", Shell("echo up; cat") with { RedirectStandardInput = true });
        var before = server.Output.Tail;

        await server.StandardInput.WriteLineAsync("more");
        await Poll.UntilAsync(() => server.Output.Tail.Count == 2, "the second line");

        Assert.Equal(["up"], before);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_long_line_is_cut_in_the_tail_and_complete_in_the_log()
    {
        await using var server = await StartUntilAsync("done", Program("--long-line", "10000", "--print", "done") with { KeepLogs = true });

        await server.ReapAsync();

        Assert.Equal(new string('x', 4096), server.Output.Tail[0]);
        Assert.Contains(new string('x', 10_000) + "\n", LogOf(server), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_line_of_several_pieces_loses_nothing()
    {
        await using var server = await StartUntilAsync(
            "done", Program("--long-line", "300000", "--print", "done") with { KeepLogs = true });

        await server.ReapAsync();

        Assert.Equal(300_000, LogOf(server).Count(character => character == 'x'));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_flood_of_lines_reaches_the_log_complete_and_in_order()
    {
        const int Lines = 200_000;
        await using var server = await StartUntilAsync("done", Program("--flood", $"{Lines}", "--print", "done") with { KeepLogs = true });

        await server.ReapAsync();

        var lines = await File.ReadAllLinesAsync(server.Output.LogFile!);
        Assert.Equal(Lines + 1, lines.Length);
        Assert.All(lines.SkipLast(1).Index(), line => Assert.Equal($"line {line.Index + 1:D6}", line.Item));
    }

    [Fact(Timeout = 30_000)]
    public async Task Standard_error_is_output_too()
    {
        await using var server = await StartUntilAsync("wrong", Program("--error", "wrong") with { KeepLogs = true });

        await server.ReapAsync();

        Assert.Equal(["wrong"], server.Output.Tail);
        Assert.Equal("wrong\n", LogOf(server));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_carriage_return_before_the_line_feed_is_dropped_and_so_is_overwritten_text()
    {
        await using var server = await StartUntilAsync("done", Shell(@"printf 'one\r\n\r\na\rb\r\r\ndone\n'; exec sleep 60"));

        Assert.Equal(["one", "", "b", "done"], server.Output.Tail);
    }

    [Fact(Timeout = 30_000)]
    public async Task Bytes_that_are_not_text_are_replaced_and_do_not_end_the_reading()
    {
        await using var server = await StartUntilAsync("done", Shell(@"printf 'a\377b\n\303\n\342\202\254\ndone\n'; exec sleep 60"));

        Assert.Equal(["a\uFFFDb", "\uFFFD", "\u20AC", "done"], server.Output.Tail);
    }

    [Fact(Timeout = 30_000)]
    public async Task Each_line_raises_the_event_and_a_handler_that_throws_changes_nothing()
    {
        var lines = new ConcurrentQueue<string>();
        await using var server = await StartAsync(Program("--cat") with { RedirectStandardInput = true });
        server.Output.Line += _ => throw new InvalidOperationException("handler");
        server.Output.Line += lines.Enqueue;

        await server.StandardInput.WriteAsync("one\ntwo\n");
        await Poll.UntilAsync(() => lines.Count == 2, "two lines");

        Assert.Equal(["one", "two"], lines);
        Assert.Equal(["one", "two"], server.Output.Tail);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_handler_gets_a_long_line_complete()
    {
        var longest = 0;
        await using var server = await StartAsync(Program("--cat") with { RedirectStandardInput = true });
        server.Output.Line += line => longest = line.Length;

        await server.StandardInput.WriteLineAsync(new string('x', 10_000));
        await Poll.UntilAsync(() => longest > 0, "the line");

        Assert.Equal(10_000, longest);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_output_of_a_server_that_exited_by_itself_is_complete_when_it_is_reaped()
    {
        var options = Shell("echo up; read go; seq 1 5000; echo wrong >&2; printf 'no newline'") with { RedirectStandardInput = true };
        await using var server = await StartUntilAsync("up", options);
        await server.StandardInput.WriteLineAsync("go");
        await ExitAsync(server);

        await server.ReapAsync();

        var lines = LogOf(server).Split('\n');
        Assert.Equal(5_003, lines.Count(line => line.Length > 0));
        Assert.Contains("wrong", lines);
        Assert.Contains("5000", lines);
        Assert.Contains("no newline", server.Output.Tail);
    }

    /// <summary>A server whose output is not read blocks at its next line.</summary>
    [Fact(Timeout = 30_000)]
    public async Task No_line_ends_the_reading_however_hard_it_is_to_search_for_secrets()
    {
        var nasty = "a://b:c -d " + string.Concat(Enumerable.Repeat("a-", 30_000));
        await using var server = await StartAsync(Program("--cat") with { RedirectStandardInput = true });

        await server.StandardInput.WriteAsync($"{nasty}\nnext\n");

        await Poll.UntilAsync(() => server.Output.Tail.Contains("next"), "the line after it");
        await server.ReapAsync();
    }

    /// <summary>The exit of a process is known before all of its output is read.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_failed_start_reports_the_last_line()
    {
        for (var attempt = 0; attempt < 10; attempt++)
        {
            var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartUntilAsync(
                "never", Shell("seq 1 20000; echo last words; exit 5")));

            Assert.EndsWith("last words", failure.OutputTail, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_start_does_not_wait_for_children_that_keep_the_output_open()
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartUntilAsync(
            "never", Shell("sleep 60 & echo last words; exit 5")));

        Assert.Equal("last words", failure.OutputTail);
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }
}
