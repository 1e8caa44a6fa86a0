using TestReaper.Servers.Output;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class AttachTests : RunningServers
{
    private const string Secret = "swordfish-0123456789";

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_already_runs_is_probed_and_never_reaped()
    {
        var port = FreePort.Next();
        using var bystander = await Bystander.StartAsync("--http", $"{port}", "--ready-after", "300");

        var server = await ServerProcess.StartAsync(AttachTo($"http://127.0.0.1:{port}/"), Logger);
        using var client = new HttpClient();
        Assert.Equal("ok", (await client.GetStringAsync(new Uri(server.BaseAddress, "/health"))).Trim());
        var report = await server.ReapAsync();
        await server.DisposeAsync();

        bystander.AssertAlive();
        Assert.Empty(report.Processes);
        Assert.Contains("attached", report.Mechanism, StringComparison.Ordinal);
        Assert.Equal("ok", (await client.GetStringAsync(new Uri(server.BaseAddress, "/health"))).Trim());
    }

    [Fact(Timeout = 30_000)]
    public async Task It_has_an_address_and_no_process()
    {
        var port = FreePort.Next();
        using var bystander = await Bystander.StartAsync("--http", $"{port}");

        await using var server = await ServerProcess.StartAsync(AttachTo($"http://127.0.0.1:{port}/v1/"));

        Assert.Equal(port, server.Port);
        Assert.Equal($"http://127.0.0.1:{port}/v1/", server.BaseAddress.ToString());
        Assert.Empty(server.Ports);
        Assert.Throws<InvalidOperationException>(() => server.ProcessId);
        Assert.Throws<InvalidOperationException>(() => server.StandardInput);
        Assert.False(server.HasExited);
        Assert.Null(server.ExitCode);
        Assert.Empty(server.Output.Tail);
        Assert.Null(server.Output.LogFile);
    }

    [Fact(Timeout = 30_000)]
    public async Task Nothing_is_started()
    {
        var port = FreePort.Next();
        using var bystander = await Bystander.StartAsync("--http", $"{port}");
        var options = Program() with { AttachTo = new Uri($"http://127.0.0.1:{port}/"), Readiness = Readiness.Http("/health") };

        await using var server = await StartAsync(options);
        Assert.Empty(Registry.Registered());

        // Without AttachTo the same options start a server.
        await using var started = await StartAsync(options with { AttachTo = null, Readiness = Readiness.ProcessUp });
        await Registry.WaitForAsync(1, "root");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_server_that_is_not_ready_in_time_is_a_failed_start_and_keeps_running()
    {
        var port = FreePort.Next();
        using var bystander = await Bystander.StartAsync("--http", $"{port}", "--ready-after", "60000");

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => ServerProcess.StartAsync(
            AttachTo($"http://127.0.0.1:{port}/") with { StartupTimeout = TimeSpan.FromSeconds(2) }));

        bystander.AssertAlive();
        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("503", failure.Message, StringComparison.Ordinal);
        Assert.Contains("GET /health", failure.Message, StringComparison.Ordinal);
        Assert.Null(failure.ExitCode);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_missing_server_is_a_failed_start() =>
        await Assert.ThrowsAsync<ServerStartException>(() => ServerProcess.StartAsync(
            AttachTo($"http://127.0.0.1:{FreePort.Next()}/") with { StartupTimeout = TimeSpan.FromMilliseconds(600) }));

    [Fact(Timeout = 30_000)]
    public async Task Attaching_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var start = ServerProcess.StartAsync(AttachTo($"http://127.0.0.1:{FreePort.Next()}/"), null, cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_password_of_its_address_is_never_shown()
    {
        var port = FreePort.Next();
        using var bystander = await Bystander.StartAsync("--http", $"{port}");
        var options = AttachTo($"http://user:{Secret}@127.0.0.1:{port}/") with { StartupTimeout = TimeSpan.FromMilliseconds(600) };
        await using var server = await StartAsync(options with { StartupTimeout = TimeSpan.FromSeconds(20) });

        var failure = await Assert.ThrowsAsync<ServerStartException>(
            () => StartAsync(options with { Readiness = Readiness.Custom("asking", (_, _) => Task.FromResult(false)) }));
        var noProcess = Assert.Throws<InvalidOperationException>(() => server.ProcessId);

        Assert.Contains("Attached to ", Logged, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{failure}{failure.CommandLine}{noProcess}{Logged}", StringComparison.Ordinal);
    }

    private static ServerProcessOptions AttachTo(string address) => new()
    {
        FileName = "",
        AttachTo = new Uri(address),
        Readiness = Readiness.Http("/health"),
        StartupTimeout = TimeSpan.FromSeconds(20),
    };
}
