using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>An allocated port belongs to one server only.</summary>
public sealed class PortTests : StartingServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_port_is_the_same_in_arguments_and_environment()
    {
        var file = FilePath("dump");
        var options = Server("--dump", file, "--print", "{port}", "--print", "a{port:rpc}b-{port}") with
        {
            Environment = new Dictionary<string, string?> { ["RPC"] = "tcp://0.0.0.0:{port:rpc}", ["{port}"] = "name" },
        };

        await using var server = await StartAsync(options);

        var (port, rpc) = (server.Ports["port"], server.Ports["rpc"]);
        var dump = await ProcessDump.ReadAsync(file);
        Assert.NotEqual(port, rpc);
        Assert.Equal(["--print", $"{port}", "--print", $"a{rpc}b-{port}"], dump.Cmdline.TakeLast(4));
        Assert.Contains($"RPC=tcp://0.0.0.0:{rpc}", dump.Environ);
        Assert.Contains("{port}=name", dump.Environ);
        Assert.Equal((port, 2), (server.Port, server.Ports.Count));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_only_named_port_is_the_port_of_the_server()
    {
        await using var server = await StartAsync(Server("--http", "{port:web}") with { Readiness = Readiness.Http("/health") });

        Assert.Equal(server.Ports["web"], server.Port);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_port_is_outside_the_ephemeral_range()
    {
        await using var server = await StartAsync(
            Server([.. Enumerable.Range(0, 20).SelectMany(number => (string[])["--print", $"{{port:p{number}}}"])]));

        var text = await File.ReadAllTextAsync("/proc/sys/net/ipv4/ip_local_port_range");
        var range = text.Split('\t', StringSplitOptions.TrimEntries).Select(int.Parse).ToArray();
        Assert.Equal(20, server.Ports.Values.Distinct().Count());
        Assert.All(
            server.Ports.Values,
            port => Assert.True(port is >= 10_000 and <= 65_535 && (port < range[0] || port > range[1]), $"{port}"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Servers_never_share_a_port()
    {
        // The programs run but do not bind: only the leases keep their ports apart.
        var servers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => StartAsync(Program("/bin/sleep", "60") with
        {
            Environment = new Dictionary<string, string?> { ["A"] = "{port}", ["B"] = "{port:b}", ["C"] = "{port:c}" },
        }))));

        Assert.Equal(24, servers.SelectMany(server => server.Ports.Values).Distinct().Count());
        await Task.WhenAll(servers.Select(server => server.DisposeAsync().AsTask()));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_lease_is_held_while_the_server_runs_and_free_after_the_reap()
    {
        await using var server = await StartAsync(Server("--http", "{port}") with { Readiness = Readiness.Http("/health") });
        var port = server.Port;
        Assert.True(PortLock.IsHeld(port));

        await server.ReapAsync();

        // A child that another test forks at that moment also holds the lock until its exec.
        await Poll.UntilAsync(() => !PortLock.IsHeld(port), "the lease to end");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_lease_is_free_after_a_failed_start()
    {
        var port = 0;
        var probe = Readiness.Custom("never", (server, _) =>
        {
            port = server.Port;
            return Task.FromResult(PortLock.IsHeld(port) ? false : throw new InvalidOperationException("not leased"));
        });

        var failure = await FailAsync(
            Server("--http", "{port}") with { Readiness = probe, StartupTimeout = TimeSpan.FromMilliseconds(500) });

        Contains("the last answer was: not yet", failure.Message);
        Assert.False(PortLock.IsHeld(port));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_endpoint_with_port_0_gets_the_allocated_one()
    {
        await using var server = await StartAsync(
            Server("--http", "{port}") with { Endpoint = new("http://localhost:0/v1/?q=1"), Readiness = Readiness.Http("/health") });

        Assert.Equal($"http://localhost:{server.Ports["port"]}/v1/?q=1", server.BaseAddress.AbsoluteUri);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_endpoint_may_contain_ports_in_its_path()
    {
        var fixedPort = FreePort.Next();

        await using var server = await StartAsync(Server("--http", $"{fixedPort}") with
        {
            Endpoint = new($"http://127.0.0.1:{fixedPort}/proxy/{{port}}/{{port:rpc}}/"),
            Readiness = Readiness.Http("/health"),
        });

        Assert.Equal($"http://127.0.0.1:{fixedPort}/proxy/{server.Ports["port"]}/{server.Ports["rpc"]}/", server.BaseAddress.AbsoluteUri);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_relative_endpoint_is_below_the_standard_address()
    {
        await using var server = await StartAsync(
            Server("--http", "{port}") with { Endpoint = new("v1/{port}/", UriKind.Relative), Readiness = Readiness.Http("models") });

        Assert.Equal($"http://127.0.0.1:{server.Port}/v1/{server.Port}/", server.BaseAddress.AbsoluteUri);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_fixed_endpoint_names_the_port()
    {
        var port = FreePort.Next();

        await using var server = await StartAsync(
            Server("--bind", "::1", "--http", $"{port}") with
            {
                Endpoint = new($"http://[::1]:{port}/"),
                Readiness = Readiness.Http("/health"),
            });

        Assert.Equal(port, server.Port);
        Assert.Empty(server.Ports);
        Assert.Empty(Log.Warnings);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_unknown_port_is_an_error_with_advice()
    {
        await using var server = await StartAsync(Server());

        Assert.Empty(server.Ports);
        Contains("Write {port} into Arguments or Environment", Assert.Throws<InvalidOperationException>(() => server.Port).Message);
        Contains("Write {port} into Arguments or Environment", Assert.Throws<InvalidOperationException>(() => server.BaseAddress).Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task With_several_named_ports_the_server_has_no_port_of_its_own()
    {
        await using var server = await StartAsync(Server("--print", "{port:a} {port:b}"));

        Assert.Equal(["a", "b"], server.Ports.Keys.Order());
        Assert.Throws<InvalidOperationException>(() => server.Port);
    }
}
