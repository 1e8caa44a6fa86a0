using TestReaper.Extensibility;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Fixtures;

/// <summary>A model step in the hook of a fixture.</summary>
public sealed class ModelStepTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("testreaper-models-").FullName;
    private readonly ListLogger _logger = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task Its_lines_go_to_the_output_of_the_fixture_and_its_time_does_not_count_for_the_start()
    {
        var fixture = new FixtureLifetime(typeof(ModelStepTests), new Hooks(_directory, fails: false), _logger);

        await fixture.StartAsync(CancellationToken.None);

        Assert.NotNull(fixture.Server);
        await fixture.StopAsync();
        Assert.Contains(_logger.Messages, logged => logged.Message.StartsWith("Fetching test: ", StringComparison.Ordinal));
    }

    [Fact(Timeout = 60_000)]
    public async Task Its_failure_is_that_of_the_start()
    {
        var fixture = new FixtureLifetime(typeof(ModelStepTests), new Hooks(_directory, fails: true), _logger);

        await fixture.StartAsync(CancellationToken.None);

        var error = Assert.Throws<ServerStartException>(() => fixture.Server);
        Assert.Contains("exited with code 3", error.Message, StringComparison.Ordinal);
        await fixture.StopAsync();
    }

    private sealed class Hooks(string directory, bool fails) : IFixtureHooks
    {
        public string? SkipReason => null;

        public Task OnStartingAsync(CancellationToken cancellationToken) => ModelStore.EnsureAsync(
            "test",
            async (context, token) =>
            {
                await Task.Delay(4200, token);
                await context.RunAsync("sh", ["-c", $"echo x > {context.Directory}/weights; exit {(fails ? 3 : 0)}"], null, token);
            },
            new ModelStoreOptions { Directory = directory, ProgressInterval = TimeSpan.FromMilliseconds(100) },
            logger: null,
            cancellationToken);

        public ServerProcessOptions CreateOptions() => new()
        {
            FileName = TestProgram.Path,
            StartupTimeout = TimeSpan.FromSeconds(4),
            LogDirectory = directory,
            Reap = new ReapOptions { GracePeriod = TimeSpan.Zero },
        };

        public Task OnReadyAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task OnStoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Exception CreateSkipException(string reason) => new InvalidOperationException(reason);
    }
}
