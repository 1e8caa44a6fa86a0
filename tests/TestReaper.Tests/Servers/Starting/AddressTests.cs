using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Probes;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A port is bound at an address, and a host name stands for several addresses.</summary>
public sealed class AddressTests : StartingServers
{
    private static readonly IPAddress Elsewhere = IPAddress.Parse("127.0.0.53");

    [Fact(Timeout = 30_000)]
    public async Task Two_servers_may_have_one_port_on_two_addresses()
    {
        var port = FreePort.Next();
        await using var one = await StartAsync(Node("127.0.0.1", port));

        await using var two = await StartAsync(Node("127.0.0.2", port));

        Assert.Equal(one.Port, two.Port);
        Assert.Empty(Log.Warnings);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stranger_on_another_address_disturbs_neither_start_nor_reap()
    {
        var port = FreePort.Next();
        using var stranger = new TcpListener(Elsewhere, port);
        stranger.Start();
        var server = await StartAsync(Node("127.0.0.1", port));

        var report = await server.ReapAsync();

        Assert.Equal(ReleaseVerdict.Released, Assert.Single(report.Releases).Verdict);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stranger_on_the_same_address_still_fails_the_reap()
    {
        var port = FreePort.Next();
        var server = await StartAsync(Node("127.0.0.2", port, "--reuseport") with
        { Reap = new ReapOptions { ReleaseTimeout = TimeSpan.FromMilliseconds(300) } });
        using var stranger = await Bystander.StartAsync("--bind", "127.0.0.2", "--listen", $"{port}", "--reuseport");
        await Poll.UntilAsync(() => Listeners(port) == 2, "the stranger to listen");

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        Contains($"process {stranger.Pid}", Assert.Single(failure.Report.Releases).Detail!);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_on_all_addresses_needs_all_of_them_back()
    {
        var server = await StartAsync(Node("0.0.0.0", FreePort.Next(), "--reuseport") with
        { Reap = new ReapOptions { ReleaseTimeout = TimeSpan.FromMilliseconds(300) } });
        using var stranger = await Bystander.StartAsync("--bind", "0.0.0.0", "--listen", $"{server.Port}", "--reuseport");
        await Poll.UntilAsync(() => Listeners(server.Port) == 2, "the stranger to listen");

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        Contains($"process {stranger.Pid}", Assert.Single(failure.Report.Releases).Detail!);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("0.0.0.0", true)]
    [InlineData("::", true)]
    [InlineData("::", false)]
    public async Task A_stranger_on_all_addresses_is_a_conflict_if_a_connection_would_reach_it(string address, bool isReached)
    {
        var port = FreePort.Next();
        using var stranger = new Socket(IPAddress.Parse(address).AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (stranger.AddressFamily == AddressFamily.InterNetworkV6)
        {
            stranger.DualMode = isReached;
        }

        stranger.Bind(new IPEndPoint(IPAddress.Parse(address), port));
        stranger.Listen();

        if (isReached)
        {
            Contains($"Port {port} is taken by process {Environment.ProcessId} ", (await FailAsync(Node("127.0.0.1", port))).Message);
        }
        else
        {
            await using var server = await StartAsync(Node("127.0.0.1", port));
            Assert.Empty(Log.Warnings);
        }
    }

    public static TheoryData<string, string> LocalNames
    {
        get
        {
            var names = new TheoryData<string, string> { { "localhost", "127.0.0.1" }, { "LOCALHOST.", "127.0.0.1" },
                { "any.localhost", "127.0.0.1" }, { "127.0.0.9", "127.0.0.9" } };
            foreach (var address in Dns.GetHostAddresses(Dns.GetHostName())
                .Where(address => address.AddressFamily == AddressFamily.InterNetwork).Take(1))
            {
                names.Add(Dns.GetHostName(), $"{address}");
            }

            foreach (var address in NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses)
                .Select(own => own.Address).Where(own => own.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(own))
                    .Take(1))
            {
                names.Add($"{address}", $"{address}");
            }

            return names;
        }
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(LocalNames))]
    public async Task A_stale_server_is_noticed_under_every_name_of_this_machine(string name, string address)
    {
        using var stale = new TcpListener(IPAddress.Parse(address), FreePort.Next());
        stale.Start();
        var port = ((IPEndPoint)stale.LocalEndpoint).Port;

        var failure = await FailAsync(Server() with { Endpoint = new($"http://{name}:{port}/"), Readiness = Readiness.TcpPort() });

        Contains($"Port {port} is taken by process {Environment.ProcessId} ", failure.Message);
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(LocalNames))]
    public async Task A_stale_server_on_a_reported_port_is_noticed_under_every_name(string name, string address)
    {
        using var stale = new TcpListener(IPAddress.Parse(address), FreePort.Next());
        stale.Start();
        var port = ((IPEndPoint)stale.LocalEndpoint).Port;
        var probe = Readiness.All(Readiness.OutputLine(@"port (?<port>\d+)"), new Answer(name));

        var failure = await FailAsync(Server("--print", $"port {port}") with { Endpoint = new($"http://{name}:0/"), Readiness = probe });

        Contains($"was answered by process {Environment.ProcessId} ", failure.Message);
    }

    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    [InlineData("no-such-name.invalid")]
    [InlineData("notlocalhost")]
    [InlineData("localhost.example.invalid")]
    public async Task A_name_of_another_machine_has_no_address_here(string name) =>
        Assert.Empty(await LocalName.ResolveAsync(name, CancellationToken.None));

    [Theory]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1")]
    [InlineData("[::1]", "::1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "::1")]
    public async Task A_literal_address_is_what_a_connection_to_it_reaches(string literal, string address) =>
        Assert.Equal([IPAddress.Parse(address)], await LocalName.ResolveAsync(literal, CancellationToken.None));

    private ServerProcessOptions Node(string address, int port, params string[] more) =>
        Server(["--bind", address, "--http", $"{port}", .. more]) with
        {
            Endpoint = new($"http://{(address == "0.0.0.0" ? "127.0.0.1" : address)}:{port}/"),
            Readiness = Readiness.Http("/health"),
        };

    private static int Listeners(int port) =>
        File.ReadLines("/proc/net/tcp").Count(line => line.Contains($":{port:X4} 00000000:0000 0A", StringComparison.Ordinal));

    /// <summary>Answers for a name that the resolver of this machine may not know.</summary>
    private sealed class Answer(string name) : TestReaper.Servers.Probes.INetworkProbe
    {
        public string Description => "answer";

        public EndPoint EndPoint(ServerProcess server) => new DnsEndPoint(name, server.Port);

        public Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken) =>
            Task.FromResult(new ReadinessResult(true));
    }
}
