using System.Net.Sockets;
using System.Text.RegularExpressions;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Each probe succeeds when the server is ready, and not before.</summary>
public sealed class ReadinessTests : StartingServers
{
    [Fact(Timeout = 30_000)]
    public async Task Http_waits_for_a_status_of_success()
    {
        var probe = new CountingProbe(Readiness.Http("/health"));

        await using var server = await StartAsync(Server("--http", "{port}", "--ready-after", "600") with { Readiness = probe });

        Assert.Contains("503 Service Unavailable: starting", probe.Answers);
        Assert.Equal("200 OK", probe.Answers[^1]);
        using var client = new HttpClient { BaseAddress = server.BaseAddress };
        Assert.Equal("ok", await client.GetStringAsync("/health"));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_path_without_a_slash_is_relative_to_the_endpoint()
    {
        await using var server = await StartAsync(
            Server("--http", "{port}") with { Endpoint = new("http://localhost:0/v1/"), Readiness = Readiness.Http("models") });

        using var client = new HttpClient { BaseAddress = server.BaseAddress };
        Assert.Equal("/v1/models", await client.GetStringAsync("models"));
    }

    [Fact(Timeout = 30_000)]
    public async Task TcpPort_waits_for_a_listener()
    {
        await using var server = await StartAsync(Server("--listen", "{port}") with { Readiness = Readiness.TcpPort() });

        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.Port);
        Assert.Empty(Log.Warnings);
    }

    [Fact(Timeout = 30_000)]
    public async Task UnixSocket_waits_for_a_listener()
    {
        var path = FilePath("socket");

        await using var server = await StartAsync(Server("--unix", path) with { Readiness = Readiness.UnixSocket(path) });

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        Assert.Empty(Log.Warnings);
    }

    [Fact(Timeout = 30_000)]
    public async Task OutputLine_reads_the_port()
    {
        await using var server = await StartAsync(
            Server("--http", "0", "--print-port") with { Readiness = Readiness.OutputLine(@"Listening on port (?<port>\d+)") });

        Assert.Equal($"Listening on port {server.Port}", server.Output.Tail[0]);
        Assert.Equal(new Uri($"http://127.0.0.1:{server.Port}/"), server.BaseAddress);
    }

    [Fact(Timeout = 30_000)]
    public async Task OutputLine_reads_standard_error_too()
    {
        await using var server = await StartAsync(
            Server("--print", "loading", "--error", "READY") with { Readiness = Readiness.OutputLine("^READY$") });

        Assert.Contains("READY", server.Output.Tail);
    }

    [Fact(Timeout = 30_000)]
    public async Task OutputLine_takes_a_pattern_with_options()
    {
        await using var server = await StartAsync(
            Server("--print", "Server READY now") with { Readiness = Readiness.OutputLine(new Regex("ready", RegexOptions.IgnoreCase)) });

        Assert.Equal(["Server READY now"], server.Output.Tail);
    }

    [Fact(Timeout = 30_000)]
    public async Task OutputLine_waits_for_the_line()
    {
        await using var server = await StartAsync(
            Shell("echo loading; sleep 0.4; echo ready; exec sleep 60") with { Readiness = Readiness.OutputLine("^ready$") });

        Assert.Equal(["loading", "ready"], server.Output.Tail);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_takes_the_port_from_a_probe_before_or_after_the_one_that_needs_it(bool portFirst)
    {
        var port = Readiness.OutputLine(@"Listening on port (?<port>\d+)");
        var http = Readiness.Http("/health");
        var options = Server("--http", "0", "--print-port", "--ready-after", "300") with
        {
            Readiness = portFirst ? Readiness.All(port, http) : Readiness.All(http, port),
        };

        await using var server = await StartAsync(options);

        using var client = new HttpClient { BaseAddress = server.BaseAddress };
        Assert.Equal("ok", await client.GetStringAsync("/health"));
    }

    [Fact(Timeout = 30_000)]
    public async Task All_names_the_first_probe_that_is_not_ready()
    {
        var passed = Readiness.OutputLine("up");
        var missing = Readiness.Custom("the database", (_, _) => Task.FromResult(false));

        var failure = await FailAsync(
            Server("--print", "up") with { Readiness = Readiness.All(passed, missing), StartupTimeout = TimeSpan.FromSeconds(1) });

        Contains("an output line that matches /up/ and the database was tried", failure.Message);
        Contains("the last answer was: the database: not yet", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task All_does_not_repeat_a_probe_that_was_ready()
    {
        var (first, second) = (0, 0);
        var probe = Readiness.All(
            Readiness.Custom("first", (_, _) => Task.FromResult(++first > 0)),
            Readiness.Custom("second", (_, _) => Task.FromResult(++second == 3)));

        await using var server = await StartAsync(Server() with { Readiness = probe });

        Assert.Equal((1, 3), (first, second));
    }

    [Fact(Timeout = 30_000)]
    public async Task One_probe_serves_many_starts()
    {
        var options = Server("--http", "0", "--print-port") with
        {
            Readiness = Readiness.All(Readiness.OutputLine(@"port (?<port>\d+)"), Readiness.Http("/health")),
        };

        await using var one = await StartAsync(options);
        await using var two = await StartAsync(options);

        Assert.NotEqual(one.Port, two.Port);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_custom_probe_sees_the_server()
    {
        var seen = 0;
        var probe = Readiness.Custom("custom", (server, _) =>
        {
            seen = server.ProcessId;
            return Task.FromResult(server.Output.Tail.Contains("up"));
        });

        await using var server = await StartAsync(Server("--print", "up") with { Readiness = probe });

        Assert.Equal(server.ProcessId, seen);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_exception_of_a_probe_counts_as_not_ready_and_is_shown()
    {
        var probe = Readiness.Custom("custom", (_, _) => throw new InvalidOperationException("no table", new IOException("disk asleep")));

        var failure = await FailAsync(Server() with { Readiness = probe, StartupTimeout = TimeSpan.FromMilliseconds(500) });

        Contains("custom was tried", failure.Message);
        Contains("the last answer was: no table (disk asleep)", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task By_default_a_server_is_ready_when_its_process_is_up()
    {
        await using var server = await StartAsync(Server());

        Assert.False(server.HasExited);
        Assert.NotNull(ProcStat.StartTimeOf(server.ProcessId));
        Assert.Equal(server.ProcessId, ProcStat.SessionOf(server.ProcessId));
    }

    private sealed class CountingProbe(IReadinessProbe probe) : IReadinessProbe
    {
        private readonly List<string?> _answers = [];

        public IReadOnlyList<string?> Answers => _answers;

        public string Description => probe.Description;

        public async Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
        {
            var result = await probe.ProbeAsync(server, cancellationToken);
            _answers.Add(result.Detail);
            return result;
        }
    }
}
