using System.Net;
using System.Net.Sockets;
using TestReaper.Servers;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>Ports that a server derives from the one that it is given.</summary>
public sealed class PortBlockTests : StartingServers
{
    // sglang derives the ports of its workers so: --port + 233.
    private const int Distance = 233;

    [Fact(Timeout = 30_000)]
    public async Task A_port_above_the_allocated_one_is_the_same_in_arguments_environment_and_endpoint()
    {
        var file = FilePath("dump");
        var options = Server("--dump", file, "--http", "{port}", "--print", "{port+1}", "--print", "{port:rpc+20}-{port:rpc}") with
        {
            Environment = new Dictionary<string, string?> { ["PEERS"] = "{port+1},{port+2}" },
            Endpoint = new("http://127.0.0.1:0/{port+2}/"),
        };

        await using var server = await StartAsync(options);

        var (port, rpc) = (server.Ports["port"], server.Ports["rpc"]);
        var dump = await ProcessDump.ReadAsync(file);
        Assert.Equal(["--print", $"{port + 1}", "--print", $"{rpc + 20}-{rpc}"], dump.Cmdline.TakeLast(4));
        Assert.Contains($"PEERS={port + 1},{port + 2}", dump.Environ);
        Assert.Equal($"http://127.0.0.1:{port}/{port + 2}/", server.BaseAddress.AbsoluteUri);
        Assert.Equal(["port", "rpc"], server.Ports.Keys.Order());
        Assert.All([port, port + 1, port + 2, rpc, rpc + 20], leased => Assert.True(PortLock.IsHeld(leased), $"{leased}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_derives_its_port_gets_it_and_it_is_a_release_condition()
    {
        await using var server = await StartAsync(Deriving());
        var (port, block) = (server.Port, Enumerable.Range(server.Port + Distance, 8));
        Assert.All(block, leased => Assert.True(PortLock.IsHeld(leased), $"{leased}"));
        Assert.Equal("/answer", await AskAsync(port + Distance));

        var report = await server.ReapAsync();

        var ports = report.Releases.Where(release => release.Resource == ReleaseResource.Port).ToList();
        Assert.Equal([$"port {port}", $"port {port + Distance}"], ports.Select(release => release.Name).Order());
        Assert.All(ports, release => Assert.Equal(ReleaseVerdict.Released, release.Verdict));
        await Poll.UntilAsync(() => !block.Append(port).Any(PortLock.IsHeld), "the leases to end");
    }

    [Fact(Timeout = 60_000)]
    public async Task A_derived_port_where_the_server_never_listened_does_not_fail_the_reap()
    {
        await using var server = await StartAsync(Deriving());
        using var unrelated = new TcpListener(IPAddress.Any, server.Port + Distance + 7);
        unrelated.Start();

        var report = await server.ReapAsync();

        Assert.DoesNotContain(report.Releases, release => release.Verdict == ReleaseVerdict.Held);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_restart_keeps_the_derived_ports()
    {
        await using var first = await StartAsync(Deriving());
        var port = first.Port;

        await using var second = await first.RestartAsync(Log, CancellationToken.None);

        Assert.Equal(port, second.Port);
        Assert.Equal("/answer", await AskAsync(port + Distance));
        Assert.All(Enumerable.Range(port + Distance, 8), leased => Assert.True(PortLock.IsHeld(leased), $"{leased}"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_whose_derived_port_was_taken_is_started_again_with_other_ports()
    {
        var ports = new List<int>();
        TcpListener? unrelated = null;
        var options = Deriving() with
        {
            StartupTimeout = TimeSpan.FromSeconds(50),

            // The unrelated process takes the derived port between its allocation and the bind, in the first attempt only.
            Readiness = Readiness.Custom("both ports", async (server, _) =>
            {
                ports.Add(server.Port);
                if (unrelated is null)
                {
                    var listener = new TcpListener(IPAddress.Any, server.Port + Distance);
                    listener.Start();
                    unrelated = listener;
                    await File.WriteAllTextAsync(FilePath("go"), "", CancellationToken.None);
                }

                return await AskAsync(server.Port + Distance) == "/answer";
            }),
        };

        try
        {
            await using var server = await StartAsync(options with { Arguments = ["-c", Waiting, .. options.Arguments.Skip(2)] });

            Assert.NotEqual(ports[0], server.Port);
            var warning = Assert.Single(Log.Warnings, text => text.EndsWith("Starting again with another port.", StringComparison.Ordinal));
            Contains($"Its port {ports[0] + Distance} was taken meanwhile by ", warning);
        }
        finally
        {
            unrelated?.Dispose();
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_whose_port_above_the_allocated_one_is_answered_by_another_process_is_started_again()
    {
        var ports = new List<int>();
        TcpListener? unrelated = null;
        var options = Server("--http", "{port}", "--print", "{port+1}") with
        {
            StartupTimeout = TimeSpan.FromSeconds(50),
            Readiness = Readiness.Custom("port", async (server, _) =>
            {
                ports.Add(server.Port);
                if (unrelated is null)
                {
                    var listener = new TcpListener(IPAddress.Any, server.Port + 1);
                    listener.Start();
                    unrelated = listener;
                }

                return await AskAsync(server.Port) is not null;
            }),
        };
        try
        {
            await using var server = await StartAsync(options);

            Assert.NotEqual(ports[0], server.Port);
            Contains($":{ports[0] + 1} was answered by process {Environment.ProcessId} ", Assert.Single(Log.Warnings));
        }
        finally
        {
            unrelated?.Dispose();
        }
    }

    [Theory(Timeout = 30_000)]
    [InlineData("{port}", "port", 0, 0, "'port' has a Count of 0, which must be between 1 and 1000")]
    [InlineData("{port}", "port", 1001, 0, "'port' has a Count of 1001, which must be between 1 and 1000")]
    [InlineData("{port}", "port", 1, -1, "'port' has an Offset of -1, which must be between 0 and 55535")]
    [InlineData("{port}", "port", 1, 55_536, "'port' has an Offset of 55536, which must be between 0 and 55535")]
    [InlineData("{port}", "port", 2, 55_535, "'port' ends 55536 above its port: at most 55535 is possible")]
    [InlineData("{port}", "nccl", 8, 0, "'nccl' belongs to {port:nccl}, which no option contains. Write that placeholder into")]
    [InlineData("{port:rpc}", "port", 8, 0, "'port' belongs to {port}, which no option contains")]
    [InlineData("{port} {port:rpc+55536}", "port", 1, 0, "The placeholder {port:rpc+55536} is too far from its port: at most 55535")]
    [InlineData("{port} {port+99999999999}", "port", 1, 0, "is too far from its port")]
    public async Task A_block_that_no_port_can_have_is_refused(string argument, string name, int count, int offset, string reason)
    {
        var options = Server("--print", argument) with { PortBlocks = Blocks((name, new PortBlock(count) { Offset = offset })) };

        var failure = await Assert.ThrowsAsync<ArgumentException>(() => StartAsync(options));

        Contains(reason, failure.Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_block_or_a_dictionary_that_is_null_is_refused()
    {
        var options = Server("--print", "{port}");

        Contains("Files and PortBlocks cannot be null", (await Assert.ThrowsAsync<ArgumentException>(
            () => StartAsync(options with { PortBlocks = null! }))).Message);
        Contains("'port' is null", (await Assert.ThrowsAsync<ArgumentException>(
            () => StartAsync(options with { PortBlocks = Blocks(("port", null!)) }))).Message);
    }

    [Fact]
    public void The_largest_distances_are_allowed()
    {
        var options = Server("--print", "{port+55535}");

        ServerOptionsCheck.Run(options);
        ServerOptionsCheck.Run(options with { PortBlocks = Blocks(("port", new PortBlock(1000) { Offset = 54_536 })) });
    }

    private static Dictionary<string, PortBlock> Blocks(params (string Name, PortBlock Block)[] blocks) =>
        blocks.ToDictionary(block => block.Name, block => block.Block);

    private static async Task<string?> AskAsync(int port)
    {
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            return await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/answer"));
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private string Waiting => $"while [ ! -e {FilePath("go")} ]; do sleep 0.01; done; {Script(role: "root")}";

    // A program that computes the second port by itself, as a shell does with $(( )).
    private ServerProcessOptions Deriving() => Program(
        "/bin/sh",
        "-c",
        $"{Script(role: "worker")} & exec {TestProgram.Path} --registry {Registry.Directory} --role root --http $0",
        "{port}") with
    {
        PortBlocks = Blocks(("port", new PortBlock(8) { Offset = Distance })),
        Readiness = Readiness.Custom(
            "both ports",
            async (server, _) => await AskAsync(server.Port) is not null && await AskAsync(server.Port + Distance) is not null),
    };

    private string Script(string role) =>
        $"{TestProgram.Path} --registry {Registry.Directory} --role {role} --http $(($0 + {Distance}))";
}
