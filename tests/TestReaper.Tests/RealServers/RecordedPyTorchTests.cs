using System.Globalization;
using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Tests.RealServers;

/// <summary>A PyTorch server that hangs is recorded with all its ranks before it is killed.</summary>
public sealed class RecordedPyTorchTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("testreaper-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [SkippableFact(Timeout = 300_000)]
    public async Task A_PyTorch_server_whose_rank_hangs_in_its_stop_is_recorded()
    {
        PyTorchServer.Require();
        var debugger = Programs.Find("eu-stack") is null ? "gdb" : "eu-stack";
        Programs.Require(debugger);
        var port = FreePort.Next();
        await using var server = await ServerProcess.StartAsync(Options(port) with
        {
            Reap = new ReapOptions { GracePeriod = TimeSpan.FromSeconds(3), StopWholeTree = true },
        });
        var parts = new PyTorchServer(server.ProcessId, port);
        await parts.UseAsync();
        Assert.Equal(0, LibC.kill(parts.Ranks[0], LibC.SIGSTOP));

        var report = await server.ReapAsync();

        var text = await File.ReadAllTextAsync(report.StacksFile!);
        output.WriteLine(text);
        var hung = text[text.IndexOf($"== process {parts.Ranks[0]}: ", StringComparison.Ordinal)..];
        Assert.StartsWith("state T (stopped by a signal)", hung.Split('\n')[1], StringComparison.Ordinal);
        Assert.Contains($"process {parts.Ranks[0]}, by {debugger}:", text, StringComparison.Ordinal);
        Assert.Contains("PyEval_Eval", text, StringComparison.Ordinal);
        parts.AssertNothingLeft($"{report}");
    }

    [SkippableFact(Timeout = 300_000)]
    public async Task A_PyTorch_server_that_does_not_become_ready_is_recorded_while_all_its_processes_live()
    {
        PyTorchServer.Require();
        var port = FreePort.Next();
        var options = Options(port) with
        {
            // The server is up, and this path does not exist: it would never be ready.
            Readiness = Readiness.Http("/no-such-path"),
            StartupTimeout = TimeSpan.FromSeconds(40),
        };

        var failure = await Assert.ThrowsAsync<ServerStartException>(() => ServerProcess.StartAsync(options));

        var text = await File.ReadAllTextAsync(failure.StacksFile!);
        output.WriteLine(text);
        Assert.Contains(port.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
        Assert.True(text.Split("spawn_main").Length >= 3, "Two ranks are expected.");
        Assert.DoesNotContain("It has exited", text, StringComparison.Ordinal);
    }

    private ServerProcessOptions Options(int port)
    {
        var command = PyTorchServer.Command(port);
        return new ServerProcessOptions
        {
            FileName = command[0],
            Arguments = command[1..],
            Endpoint = new Uri($"http://127.0.0.1:{port}/"),
            Readiness = Readiness.Http("/health"),
            StartupTimeout = TimeSpan.FromMinutes(2),
            LogDirectory = _home,
        };
    }
}
