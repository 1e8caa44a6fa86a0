using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Xunit.Tests;

[Trait("Wine", "no")] // Wine sends no Ctrl+Break: each stop takes the whole grace period.
public sealed class RestartTests : FixtureTest
{
    [Fact(Timeout = 30_000)]
    public async Task A_crashed_server_is_started_again_on_its_port()
    {
        var fixture = Fixture(Server(args: ["--crash-after", "2", "--children", "1"]));
        await fixture.InitializeAsync();
        await Registry.WaitForAsync(2);
        var (old, address) = (fixture.Server, fixture.BaseAddress);
        await GetAsync(address);
        await GetAsync(address);
        await Poll.UntilAsync(() => old.HasExited, "the server to crash");

        var server = await fixture.RestartAsync();

        Assert.Same(server, fixture.Server);
        Assert.NotEqual(old.ProcessId, server.ProcessId);
        Assert.Equal(address, fixture.BaseAddress);
        Assert.Equal("/again", await GetAsync(address, "/again"));
        await fixture.DisposeAsync();
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_healthy_server_is_reaped_before_the_new_one_takes_its_ports()
    {
        var living = RecordRolesAtReaps();
        var fixture = Fixture(Server(args: ["--listen", "{port:metrics}", "--children", "2"]));
        await fixture.InitializeAsync();
        int[] first = [.. (await Registry.WaitForAsync(3)).Select(process => process.Pid)];
        var old = fixture.Server;

        var server = await fixture.RestartAsync();

        Assert.Equal([""], living);
        Assert.NotEqual(old.ProcessId, server.ProcessId);
        Assert.Equal(2, server.Ports.Count);
        Assert.Equal(old.Ports, server.Ports);
        var second = await Registry.WaitForAsync(3);
        Assert.Empty(second.Select(process => process.Pid).Intersect(first));
        await fixture.DisposeAsync();
        Registry.AssertNoneAlive();
        Assert.Equal(6, Registry.Registered().Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_restart_keeps_the_position_in_the_order_of_the_stop()
    {
        ScriptedFixture fixture = null!;
        fixture = new ScriptedFixture(Server("main"), Sink)
        {
            OnStarting = _ => fixture.StartServerAsync(Server("before")),
            OnReady = _ => fixture.StartServerAsync(Server("behind")),
        };
        await fixture.InitializeAsync();
        await fixture.RestartAsync();
        var living = RecordRolesAtReaps();

        await fixture.DisposeAsync();

        Assert.Equal(["before+main", "before", ""], living);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_port_stays_leased_between_the_two_servers()
    {
        var leased = new List<bool>();
        var fixture = Fixture();
        await fixture.InitializeAsync();
        var port = fixture.Server.Port;
        Sink.Written += message =>
        {
            if (message.StartsWith("Reaped ", StringComparison.Ordinal))
            {
                leased.Add(HoldsLeaseOf(port));
            }
        };

        await fixture.RestartAsync();
        await fixture.DisposeAsync();

        Assert.Equal([true, false], leased);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_can_be_restarted_repeatedly()
    {
        var fixture = Fixture();
        await fixture.InitializeAsync();
        var port = fixture.Server.Port;

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(port, (await fixture.RestartAsync()).Port);
        }

        await fixture.DisposeAsync();
        Registry.AssertNoneAlive();
        Assert.Equal(4, Registry.Registered().Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_restart_that_fails_is_thrown_by_each_later_use_of_the_server()
    {
        // The server exits if it cannot create its lock file.
        var directory = Directory.CreateDirectory(Path.Combine(Registry.Directory, "data")).FullName;
        var stopping = false;
        var fixture = new ScriptedFixture(Server(args: ["--lock", Path.Combine(directory, "lock")]), Sink)
        {
            OnStopping = _ =>
            {
                stopping = true;
                return Task.CompletedTask;
            },
        };
        await fixture.InitializeAsync();
        Directory.Delete(directory, recursive: true);

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => fixture.RestartAsync());

        Registry.AssertNoneAlive();
        Assert.Equal(failure.Message, Assert.Throws<ServerStartException>(() => fixture.Server).Message);
        await fixture.DisposeAsync();
        Assert.False(stopping, "There was no server to stop.");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_restart_that_is_cancelled_leaves_nothing()
    {
        var fixture = Fixture(Server(args: ["--ready-after", "1000"]));
        await fixture.InitializeAsync();
        using var source = new CancellationTokenSource();
        var restart = fixture.RestartAsync(source.Token);
        await Poll.UntilAsync(() => Registry.Registered().Count == 2, "the second server to start");

        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => restart);
        Registry.AssertNoneAlive();
        Assert.ThrowsAny<Exception>(() => fixture.Server);
        await fixture.DisposeAsync();
    }

    /// <summary>A lease is a lock on a file named after the port, which this process keeps open.</summary>
    private static bool HoldsLeaseOf(int port) => new DirectoryInfo("/proc/self/fd").EnumerateFileSystemInfos()
        .Any(descriptor => descriptor.LinkTarget?.EndsWith($"/{port}.lock", StringComparison.Ordinal) == true);
}
