using System.Net;
using System.Net.Sockets;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>If an unrelated process takes an allocated port before the server binds it, the start is repeated.</summary>
public sealed class LostPortTests : StartingServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_stranger_on_an_allocated_port_is_noticed_with_a_custom_probe()
    {
        using var taken = new PortThief(times: int.MaxValue);
        var probe = Readiness.Custom("custom", (server, _) => Task.FromResult(taken.Take(server)));

        var failure = await FailAsync(Shell("exec sleep 60 # {port}") with { Readiness = probe });

        Contains($"was answered by process {Environment.ProcessId} ", failure.Message);
        Assert.Equal(3, taken.Ports.Distinct().Count());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_start_that_lost_its_allocated_port_is_repeated_with_another_one()
    {
        using var thief = new PortThief(times: 1);
        var probe = Readiness.All(Readiness.Custom("thief", (server, _) => Task.FromResult(thief.Take(server))), Readiness.Http("/health"));
        var options = Server() with { FileName = "/bin/sh", Readiness = probe };

        // The first server has its port taken, can't bind it, and exits.
        await using var server = await StartAsync(options with
        {
            Arguments = ["-c", "sleep 0.5; exec \"$0\" \"$@\"", TestProgram.Path, .. options.Arguments, "--http", "{port}"],
        });

        Assert.Equal(2, thief.Ports.Distinct().Count());
        Assert.Equal(thief.Ports[^1], server.Port);
        var warning = Assert.Single(Log.Warnings, text => text.EndsWith("Starting again with another port.", StringComparison.Ordinal));
        Contains($"Its port {thief.Ports[0]} was taken meanwhile by process {Environment.ProcessId} ", warning);
        Registry.AssertAlive("root", 1);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_start_with_a_stranger_that_answers_on_its_allocated_port_is_repeated()
    {
        using var thief = new PortThief(times: 1);
        var probe = Readiness.All(Readiness.Custom("thief", (server, _) => Task.FromResult(thief.Take(server))), Readiness.TcpPort());
        var options = Server("--http", "{port}") with { Readiness = probe };

        await using var server = await StartAsync(options with
        {
            FileName = "/bin/sh",
            Arguments = ["-c", "sleep 0.5; \"$0\" \"$@\"; exec sleep 60", TestProgram.Path, .. options.Arguments],
        });

        Assert.Equal(2, thief.Ports.Distinct().Count());
        Assert.Equal(thief.Ports[^1], server.Port);
        Registry.AssertAlive("root", 1);
    }

    /// <summary>The second attempt gets what the first one has left of the timeout: less than its server needs to exit.</summary>
    [Fact(Timeout = 30_000)]
    public async Task All_attempts_of_a_start_share_one_startup_timeout()
    {
        using var thief = new PortThief(times: int.MaxValue);
        var probe = Readiness.Custom(
            "thief", (server, _) => Task.FromResult(!thief.Ports.Contains(server.Port) && !thief.Take(server)));

        var failure = await FailAsync(
            Shell("sleep 2.5; exit 1 # {port}") with { Readiness = probe, StartupTimeout = TimeSpan.FromSeconds(4) });

        Contains("The server was not ready within 4", failure.Message);
        Assert.Equal(2, thief.Ports.Count);
        Assert.Single(Log.Warnings, text => text.EndsWith("Starting again with another port.", StringComparison.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_fails_for_its_own_reason_is_not_started_again()
    {
        var failure = await FailAsync(
            Server("--exit-after", "200", "--exit-code", "1", "--http", "{port}") with { Readiness = Readiness.OutputLine("never") });

        Assert.Equal(1, failure.ExitCode);
        Assert.Single(Registry.Registered());
    }

    /// <summary>Listens on a server's port before the server does.</summary>
    private sealed class PortThief(int times) : IDisposable
    {
        private readonly List<TcpListener> _listeners = [];
        private int _thefts;

        public List<int> Ports { get; } = [];

        /// <summary>Always true.</summary>
        public bool Take(ServerProcess server)
        {
            Ports.Add(server.Port);
            if (_thefts++ < times)
            {
                var listener = new TcpListener(IPAddress.Loopback, server.Port);
                listener.Start();
                _listeners.Add(listener);
            }

            return true;
        }

        public void Dispose() => _listeners.ForEach(listener => listener.Dispose());
    }
}
