using TestReaper.Servers.Output;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Patterns match what the server wrote, before it is masked and without colours.</summary>
public sealed class RawOutputTests : RunningServers
{
    private const string Stay = "exec sleep 60";

    [Theory(Timeout = 30_000)]
    [InlineData("mysql", "mysqld: ready for connections.", "^mysqld: ready", "mysqld: ready for connections.")]
    [InlineData("airflow", "airflow webserver is ready", "^airflow webserver is ready$", "*** webserver is ready")]
    public async Task A_password_that_is_a_common_word_does_not_hide_readiness(string password, string line, string pattern, string shown)
    {
        var options = Shell($"echo '{line}'; {Stay}") with
        {
            Environment = new Dictionary<string, string?> { ["DB_PASSWORD"] = password },
            Readiness = Readiness.OutputLine(pattern),
        };

        await using var server = await StartAsync(options);

        Assert.Equal([shown], server.Output.Tail);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_password_that_equals_the_port_does_not_hide_the_port()
    {
        var options = Shell($"echo 'listening on 5432'; {Stay}") with
        {
            Environment = new Dictionary<string, string?> { ["DB_PASSWORD"] = "5432" },
            Readiness = Readiness.OutputLine("listening on (?<port>[0-9]+)"),
            VerifyListener = false,
        };

        await using var server = await StartAsync(options);

        Assert.Equal(5432, server.Port);
    }

    [Fact(Timeout = 30_000)]
    public async Task Matched_text_is_masked_in_messages()
    {
        var options = Shell($"echo 'port 99999 of swordfish-01234'; {Stay}") with
        {
            Environment = new Dictionary<string, string?> { ["A_TOKEN"] = "swordfish-01234" },
            Readiness = Readiness.OutputLine("port (?<port>[0-9]+) of .*"),
            StartupTimeout = TimeSpan.FromMilliseconds(600),
        };

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => StartAsync(options));

        Assert.Contains("'99999' in \"port 99999 of ***\"", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("swordfish", $"{failure.Message}{Logged}", StringComparison.Ordinal);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(@"\033[36mhttp://localhost:\033[1m5173\033[22m/\033[39m\n", @"http://localhost:(?<port>\d+)")]
    [InlineData(@"\033]8;;http://x/\007Local: 5173\033]8;;\007\n", @"^Local: (?<port>\d+)$")]
    [InlineData(@"\033[2K\033[1Gwait\033[2K\033[1Gport 5173\n", @"^port (?<port>\d+)$")]
    [InlineData(@"|\b/\b-\bport 5173\n", @"^port (?<port>\d+)$")]
    [InlineData(@"\033[32mport 5173\033[0m\n", @"\x1b\[32mport (?<port>\d+)")]
    public async Task Colours_and_cursor_movements_do_not_hide_a_port(string text, string pattern)
    {
        var options = Shell($"printf '{text}'; {Stay}") with { Readiness = Readiness.OutputLine(pattern), VerifyListener = false };

        await using var server = await StartAsync(options);

        Assert.Equal(5173, server.Port);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_line_is_matched_beyond_its_first_four_thousand_characters()
    {
        var options = Shell($"printf '%09000dready\\n' 0; {Stay}") with { Readiness = Readiness.OutputLine("ready$") };

        await using var server = await StartAsync(options);

        Assert.Equal(4096, Assert.Single(server.Output.Tail).Length);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\u001b[1;31mred\u001b[0m", "red")]
    [InlineData("a\rb\r", "a", "b")]
    [InlineData("\u001b[Gone\u001b[0Gtwo", "one", "two")]
    [InlineData("ab\b\b\b\bc\a", "c")]
    [InlineData("\u001b(Bx\u001b7y\u001b=z", "xyz")]
    [InlineData("\u001b]0;title\u001b\\shown", "shown")]
    [InlineData("\u009b32mgreen", "green")]
    public void Text_is_split_as_a_terminal_shows_it(string text, params string[] expected) =>
        Assert.Equal(expected, AnsiText.Segments(text));
}
