using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The process that answers must belong to the server.</summary>
public sealed class ListenerTests : StartingServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_stranger_that_answers_is_refused_and_named()
    {
        var (stranger, port) = await StrangerAsync();
        using var _ = stranger;

        var failure = await FailAsync(Reporting(port));

        Contains($"127.0.0.1:{port} was answered by process {stranger.Pid} ({TestProgram.Path} --registry", failure.Message);
        Contains("which this server did not start: a stale server?", failure.Message);
        Contains($"Listening on port {port}", failure.OutputTail);
        stranger.AssertAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stranger_is_accepted_without_verification()
    {
        var (stranger, port) = await StrangerAsync();
        using var _ = stranger;

        await using var server = await StartAsync(Reporting(port) with { VerifyListener = false });

        Assert.Equal(port, server.Port);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_fixed_port_that_is_taken_is_accepted_without_verification()
    {
        var (proxy, port) = await StrangerAsync();
        using var _ = proxy;
        var options = Server() with
        {
            Endpoint = new($"http://127.0.0.1:{port}/"),
            Readiness = Readiness.Http("/health"),
            VerifyListener = false,
        };

        await using var server = await StartAsync(options);

        Assert.Equal(port, server.Port);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stranger_on_localhost_is_refused_too()
    {
        var (stranger, port) = await StrangerAsync();
        using var _ = stranger;

        var failure = await FailAsync(Reporting(port) with { Endpoint = new("http://localhost:0/") });

        Contains($"was answered by process {stranger.Pid} ", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stranger_on_a_unix_socket_is_refused()
    {
        var path = FilePath("socket");
        using var stranger = await Bystander.StartAsync("--unix", path);
        await Poll.UntilAsync(() => File.Exists(path), "the socket");

        var failure = await FailAsync(Server() with { Readiness = Readiness.UnixSocket(path) });

        Contains($"{path} was answered by process {stranger.Pid} ", failure.Message);
        stranger.AssertAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stranger_that_shares_the_port_is_refused()
    {
        var port = FreePort.Next();
        using var stranger = await Bystander.StartAsync("--http", $"{port}", "--reuseport");
        await Poll.UntilAsync(() => !FreePort.IsFree(port), "the stranger to listen");

        var failure = await FailAsync(
            Server("--http", $"{port}", "--reuseport", "--print-port") with
            {
                Readiness = Readiness.All(Readiness.OutputLine(@"port (?<port>\d+)"), Readiness.Http("/health")),
            });

        Contains($"process {stranger.Pid} ", failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task Workers_that_share_a_port_are_accepted()
    {
        string[] listen = ["--listen", "{port}", "--reuseport", "--print-port"];
        var all = Readiness.Custom("all listen", (server, _) =>
            Task.FromResult(server.Output.Tail.Count(line => line == $"Listening on port {server.Port}") == 4));

        await using var server = await StartAsync(
            Server([.. listen, "--children", "3", .. ChildArgs(listen)]) with { Readiness = Readiness.All(all, Readiness.TcpPort()) });

        Assert.Empty(Log.Warnings);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("--children", "1")]
    [InlineData("--depth", "2")]
    [InlineData("--daemon", "--setpgid")]
    public async Task A_listener_anywhere_in_the_tree_is_accepted(params string[] family)
    {
        await using var server = await StartAsync(
            Server([.. family, .. ChildArgs("--http", "{port}", "--reuseport")]) with { Readiness = Readiness.Http("/health") });

        Assert.Empty(Log.Warnings);
        using var client = new HttpClient { BaseAddress = server.BaseAddress };
        Assert.Equal("ok", await client.GetStringAsync("/health"));
    }

    private static async Task<(Bystander Stranger, int Port)> StrangerAsync()
    {
        var port = FreePort.Next();
        var stranger = await Bystander.StartAsync("--http", $"{port}");
        await Poll.UntilAsync(() => !FreePort.IsFree(port), "the stranger to listen");
        return (stranger, port);
    }

    /// <summary>A server that reports a port on which it does not listen.</summary>
    private ServerProcessOptions Reporting(int port) => Server("--print", $"Listening on port {port}") with
    {
        Readiness = Readiness.All(Readiness.OutputLine(@"port (?<port>\d+)"), Readiness.Http("/health")),
    };

    private static string[] ChildArgs(params string[] args) => [.. args.SelectMany(arg => (string[])["--child-arg", arg])];
}
