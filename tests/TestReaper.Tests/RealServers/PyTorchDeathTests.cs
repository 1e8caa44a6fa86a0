using System.Collections.Concurrent;
using TestReaper.Extensibility;
using TestReaper.Tests.Fixtures;
using TestReaper.Tests.Infrastructure;
using Xunit;
using Xunit.Abstractions;

namespace TestReaper.Tests.RealServers;

/// <summary>A rank of the stack on which sglang and vLLM are built crashes. The launcher notices that and ends with code 1.</summary>
public sealed class PyTorchDeathTests(ITestOutputHelper output) : IDisposable
{
    private static readonly TimeSpan Startup = TimeSpan.FromMinutes(2);
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [SkippableFact(Timeout = 300_000)]
    public async Task The_crash_of_a_rank_and_the_death_of_the_launcher_are_explained()
    {
        PyTorchServer.Require();
        var port = FreePort.Next();
        var lifetime = new FixtureLifetime(GetType(), new FixtureHooks(Options(port)), new ListLogger());
        await lifetime.StartAsync(CancellationToken.None);
        var server = lifetime.Server;
        var workers = new ConcurrentQueue<WorkerExit>();
        server.WorkerExited += workers.Enqueue;
        var parts = new PyTorchServer(server.ProcessId, port);
        await parts.UseAsync();
        await Poll.UntilAsync(() => server.Exits!.WatchedWorkers >= parts.Processes.Count - 1, "a sample that shows the ranks");

        Assert.Equal(0, LibC.kill(parts.Ranks[1], 11));
        var exit = await server.Exited.WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal((1, null, false), (exit.ExitCode, exit.Signal, exit.WasReaped));
        await Poll.UntilAsync(() => workers.Any(worker => worker.ProcessId == parts.Ranks[1]), "the event of the rank");
        var crashed = workers.First(worker => worker.ProcessId == parts.Ranks[1]);
        Assert.True(crashed.Signal is 11 or null, $"{crashed}");
        Assert.Contains("spawn_main", crashed.CommandLine, StringComparison.Ordinal);
        Assert.InRange(crashed.At, DateTimeOffset.MinValue, exit.At);
        var failure = Assert.Throws<ServerExitedException>(() => lifetime.Server);
        output.WriteLine(failure.Message);
        Assert.Contains("The server exited with code 1.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("ProcessExitedException", failure.OutputTail, StringComparison.Ordinal);
        Assert.Contains($"Before that, its process {parts.Ranks[1]} ", failure.Message, StringComparison.Ordinal);
        await lifetime.StopAsync();
        parts.AssertNothingLeft(failure.Message);
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
            StartupTimeout = Startup,
            LogDirectory = Path.Combine(_registry.Directory, "logs"),
        };
    }
}
