using System.Net;
using System.Net.Sockets;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Native;
using TestReaper.Servers.Starting;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>
/// Connections that were closed stay in TIME_WAIT for a minute, and a server that does not set SO_REUSEADDR cannot bind their port.
/// </summary>
public sealed class BusyPortTests : StartingServers
{
    /// <summary>Takes a minute: the kernel keeps the state for 60 s, and nothing shortens it.</summary>
    [Fact(Timeout = 120_000)]
    public async Task A_server_that_cannot_bind_its_old_port_again_is_started_when_it_is_free()
    {
        var port = LeaveInTimeWait();
        var options = Server("--http", $"{port}", "--no-reuseaddr") with
        {
            Endpoint = new($"http://127.0.0.1:{port}/"),
            Readiness = Readiness.Http("/health"),
            StartupTimeout = TimeSpan.FromSeconds(100),
        };

        await using var server = await StartAsync(options);

        Assert.Equal(port, server.Port);
        Assert.Contains(Log.Messages, logged => logged.Message.StartsWith($"Waiting for port {port}: 0 s of ", StringComparison.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_wait_that_would_be_too_long_says_what_to_change()
    {
        var port = LeaveInTimeWait();
        var options = Server("--http", $"{port}", "--no-reuseaddr") with
        {
            Endpoint = new($"http://127.0.0.1:{port}/"),
            Readiness = Readiness.Http("/health"),
            StartupTimeout = TimeSpan.FromSeconds(2),
        };

        var failure = await FailAsync(options);

        Contains($"Port {port} still has closed connections in TIME_WAIT", failure.Message);
        Contains("Let it set that option, raise StartupTimeout, or use an allocated port ({port}).", failure.Message);
        Assert.NotNull(failure.ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_fails_for_another_reason_is_not_started_again()
    {
        var port = LeaveInTimeWait();

        var failure = await FailAsync(Shell("echo no such model; exit 3") with
        { Endpoint = new($"http://127.0.0.1:{port}/"), Readiness = Readiness.Http("/") });

        Assert.Equal(3, failure.ExitCode);
        Assert.DoesNotContain(Log.Messages, logged => logged.Message.StartsWith("Waiting for port", StringComparison.Ordinal));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_wait_can_be_cancelled()
    {
        var port = LeaveInTimeWait();
        using var cancellation = new CancellationTokenSource();
        var start = StartAsync(
            Server("--http", $"{port}", "--no-reuseaddr") with
            { Endpoint = new($"http://127.0.0.1:{port}/"), Readiness = Readiness.Http("/") }, cancellation.Token);
        await Poll.UntilAsync(() =>
            Log.Messages.Any(logged => logged.Message.StartsWith("Waiting for port", StringComparison.Ordinal)), "the wait");

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Registry.AssertNoneAlive();
    }

    /// <summary>Messages of servers that cannot bind.</summary>
    [Theory]
    [InlineData("OSError: [Errno 98] Address already in use", true)]
    [InlineData("Error: listen EADDRINUSE: address already in use :::8080", true)]
    [InlineData("nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Unknown error)", true)]
    [InlineData("could not bind IPv4 address \"127.0.0.1\"", true)]
    [InlineData("Web server failed to start. Port 8080 was already in use.", true)]
    [InlineData("bind failed: 98", true)]
    [InlineData("no such model", false)]
    [InlineData("CUDA out of memory", false)]
    [InlineData("", false)]
    public void A_complaint_about_the_port_is_recognized(string output, bool isOne)
    {
        var endpoint = new IPEndPoint(IPAddress.Loopback, LeaveInTimeWait());

        Assert.Equal(isOne ? [endpoint] : [], BusyPort.Find([endpoint], output, TestReaper.Platform.ProcessPlatform.Current));
    }

    /// <summary>A connection that the listening side closed first, from sockets without SO_REUSEADDR.</summary>
    private static int LeaveInTimeWait()
    {
        var port = FreePort.Next();
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        using var client = new TcpClient("127.0.0.1", port);
        listener.Accept().Close();
        Assert.Equal(0, client.GetStream().Read(new byte[1]));
        return port;
    }
}
