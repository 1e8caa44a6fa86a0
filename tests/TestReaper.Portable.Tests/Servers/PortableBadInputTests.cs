using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A start that cannot succeed throws one clear error and leaves nothing.</summary>
public sealed class PortableBadInputTests : StartingServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_program_that_does_not_exist_is_named() =>
        Contains("no-such-program", (await FailAsync(Program("no-such-program"))).Message);

    [Fact(Timeout = 30_000)]
    public async Task An_absolute_path_that_does_not_exist_is_named()
    {
        var path = FilePath("missing.exe");

        Contains($"'{path}' does not exist", (await FailAsync(Program(path))).Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_directory_is_refused()
    {
        var directory = Directory.CreateDirectory(FilePath("folder")).FullName;

        Contains("is a directory", (await FailAsync(Program(directory))).Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_that_is_not_a_program_is_refused()
    {
        var file = FilePath("text.exe");
        await File.WriteAllTextAsync(file, "not a program", TestContext.Current.CancellationToken);

        Contains(file, (await FailAsync(Program(file))).Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_working_directory_that_does_not_exist_is_named()
    {
        var directory = FilePath("nowhere");

        Contains($"'{directory}' does not exist", (await FailAsync(Server() with { WorkingDirectory = directory })).Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_port_that_is_taken_is_refused()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        Contains($"{port}", (await FailAsync(Server("--http", $"{port}") with { Endpoint = new($"http://127.0.0.1:{port}/") })).Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_start_that_takes_too_long_fails_and_leaves_nothing()
    {
        var options = Server("--children", "1") with
        {
            Readiness = Readiness.OutputLine("^never$"),
            StartupTimeout = TimeSpan.FromSeconds(4),
        };

        Contains("was not ready within 4.0 s", (await FailAsync(options)).Message);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cancelled_start_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        var start = StartAsync(Server("--children", "1") with { Readiness = Readiness.OutputLine("^never$") }, cancel.Token);
        await Registry.WaitForAsync(2);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Registry.AssertNoneAlive();
    }
}
