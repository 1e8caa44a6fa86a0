using System.Net.Sockets;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping.Release;

public sealed class PortReleaseTests
{
    [Fact(Timeout = 30_000)]
    public async Task The_port_of_a_reaped_server_is_reported_as_released()
    {
        using var registry = new ProcessRegistry();
        await using var server = await ServerProcess.StartAsync(Options(registry));

        var report = await server.ReapAsync();

        var release = Assert.Single(report.Releases);
        Assert.Equal($"port {server.Port}", release.Name);
        Assert.Equal(ReleaseVerdict.Released, release.Verdict);
        Assert.Null(release.Detail);
        registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_port_held_by_another_process_fails_the_reap_and_names_the_holder()
    {
        using var registry = new ProcessRegistry();
        var server = await ServerProcess.StartAsync(Options(registry) with
        {
            Reap = new ReapOptions { ReleaseTimeout = TimeSpan.FromMilliseconds(300) },
            Arguments = ["--registry", registry.Directory, "--http", "{port}", "--reuseport"],
        });

        // With SO_REUSEPORT an unrelated process can share the port with the server, like an escaped worker.
        using var bystander = await Bystander.StartAsync("--listen", $"{server.Port}", "--reuseport");
        await Poll.UntilAsync(() => Listeners(server.Port) == 2, "the bystander listens");

        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        Assert.Empty(failure.Survivors);
        var release = Assert.Single(failure.Report.Releases);
        Assert.Equal(ReleaseVerdict.Held, release.Verdict);
        Assert.Contains($"process {bystander.Pid}", release.Detail, StringComparison.Ordinal);
        Assert.Contains($"port {server.Port}", failure.Message, StringComparison.Ordinal);
        registry.AssertNoneAlive();
        bystander.AssertAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_port_that_is_freed_within_the_release_timeout_passes()
    {
        using var registry = new ProcessRegistry();
        var server = await ServerProcess.StartAsync(
            Options(registry) with { Arguments = ["--registry", registry.Directory, "--http", "{port}", "--reuseport"] });
        var bystander = await Bystander.StartAsync("--listen", $"{server.Port}", "--reuseport");
        await Poll.UntilAsync(() => Listeners(server.Port) == 2, "the bystander listens");

        var reap = server.ReapAsync();
        await Poll.UntilAsync(() => registry.Alive().Count == 0, "the server is gone");
        Assert.False(reap.IsCompleted);
        bystander.Dispose();

        Assert.Equal(ReleaseVerdict.Released, Assert.Single((await reap).Releases).Verdict);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_port_that_the_server_chose_is_checked_too()
    {
        using var registry = new ProcessRegistry();
        await using var server = await ServerProcess.StartAsync(Options(registry) with
        {
            Arguments = ["--registry", registry.Directory, "--listen", "0", "--print-port"],
            Readiness = Readiness.OutputLine(@"Listening on port (?<port>\d+)"),
        });

        var report = await server.ReapAsync();

        Assert.Equal($"port {server.Port}", Assert.Single(report.Releases).Name);
    }

    [Fact(Timeout = 30_000)]
    public async Task Connections_in_TIME_WAIT_do_not_delay_the_reap()
    {
        using var registry = new ProcessRegistry();
        await using var server = await ServerProcess.StartAsync(Options(registry) with
        {
            Arguments = ["--registry", registry.Directory, "--http", "{port}", "--no-reuseaddr"],
        });

        // The side that closes first keeps the connection in TIME_WAIT.
        using (var client = new TcpClient("127.0.0.1", server.Port))
        {
            await client.GetStream().WriteAsync("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n"u8.ToArray());
            await new StreamReader(client.GetStream()).ReadToEndAsync();
        }

        var report = await server.ReapAsync();

        var release = Assert.Single(report.Releases);
        Assert.Equal(ReleaseVerdict.Released, release.Verdict);
        Assert.Contains("TIME_WAIT", release.Detail, StringComparison.Ordinal);
    }

    private static ServerProcessOptions Options(ProcessRegistry registry) => new()
    {
        FileName = TestProgram.Path,
        Arguments = ["--registry", registry.Directory, "--http", "{port}"],
        Readiness = Readiness.Http("/health"),
        LogDirectory = Path.Combine(registry.Directory, "logs"),
    };

    private static int Listeners(int port) =>
        File.ReadLines("/proc/net/tcp").Count(line => line.Contains($":{port:X4} 00000000:0000 0A", StringComparison.Ordinal));
}
