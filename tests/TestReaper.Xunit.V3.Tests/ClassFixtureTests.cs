using Xunit;

namespace TestReaper.Xunit.Tests;

/// <summary>The fixture, run by the real xUnit.</summary>
public sealed class ClassFixtureTests(ClassFixtureTests.RecordingFixture fixture)
    : FixtureTest, IClassFixture<ClassFixtureTests.RecordingFixture>
{
    [Fact(Timeout = 30_000)]
    public Task Its_server_is_ready_for_the_first_test() => AssertOneServerAsync();

    [Fact(Timeout = 30_000)]
    public Task Its_server_is_the_same_for_the_second_test() => AssertOneServerAsync();

    [Fact(Timeout = 30_000)]
    public async Task The_token_of_the_run_reaches_the_hooks()
    {
        await Task.CompletedTask;
        Assert.True(fixture.HadToken);
    }

    private async Task AssertOneServerAsync()
    {
        Assert.Equal(["starting", "options", "ready"], fixture.Events);
        Assert.Equal("/hello", await GetAsync(fixture.BaseAddress));
    }

    public sealed class RecordingFixture : ServerProcessFixture
    {
        public List<string> Events { get; } = [];

        public bool HadToken { get; private set; }

        protected override Task OnStartingAsync(CancellationToken cancellationToken)
        {
            HadToken = cancellationToken.CanBeCanceled;
            return Record("starting");
        }

        protected override ServerProcessOptions CreateOptions()
        {
            Events.Add("options");
            return new()
            {
                FileName = TestReaper.Tests.Infrastructure.TestProgram.Path,
                Arguments = ["--http", "{port}"],
                Readiness = Readiness.Http("/health"),
                StartupTimeout = TimeSpan.FromSeconds(20),
            };
        }

        protected override Task OnReadyAsync(CancellationToken cancellationToken) => Record("ready");

        private Task Record(string hook)
        {
            Events.Add(hook);
            return Task.CompletedTask;
        }
    }
}
