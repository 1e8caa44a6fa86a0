using System.Diagnostics;
using TestReaper.Extensibility;
using TestReaper.Tests.Servers;
using Xunit;

namespace TestReaper.Tests.Fixtures;

/// <summary>The exception of a hook comes from a client library, which may print the key that it has used.</summary>
public sealed class HookSecretTests : RunningServers
{
    private const string Secret = "Zx9-hush-swordfish", HostVariable = "INHERITED_BY_HOOKSECRETTESTS_TOKEN";

    [Theory(Timeout = 30_000)]
    [InlineData(nameof(IFixtureHooks.OnStartingAsync))]
    [InlineData(nameof(IFixtureHooks.CreateOptions))]
    [InlineData(nameof(IFixtureHooks.OnReadyAsync))]
    public async Task A_hook_that_fails_shows_no_secret_of_the_test_host(string hook)
    {
        // No other test uses this name.
        Environment.SetEnvironmentVariable(HostVariable, Secret);
        try
        {
            await FailsWithoutSecretAsync(hook, Program());
        }
        finally
        {
            Environment.SetEnvironmentVariable(HostVariable, null);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task OnReadyAsync_shows_no_secret_of_the_server() =>
        await FailsWithoutSecretAsync(nameof(IFixtureHooks.OnReadyAsync), WithSecret());

    [Fact(Timeout = 30_000)]
    public async Task OnReadyAsync_shows_no_secret_of_a_server_that_was_attached_to() => await FailsWithoutSecretAsync(
        nameof(IFixtureHooks.OnReadyAsync),
        WithSecret() with
        {
            AttachTo = new Uri("http://localhost:1/"),
            Readiness = Readiness.Custom("up", (_, _) => Task.FromResult(true)),
        });

    [Fact(Timeout = 30_000)]
    public async Task OnReadyAsync_shows_no_secret_of_a_further_process()
    {
        FixtureLifetime lifetime = null!;
        var start = new ProcessStartInfo("/bin/sleep", ["60"]) { Environment = { ["SERVICE_API_KEY"] = Secret } };
        var hooks = new Hooks(nameof(IFixtureHooks.OnReadyAsync), Program()) { Before = () => lifetime.Start(start).Dispose() };
        lifetime = new FixtureLifetime(GetType(), hooks, Logger);

        await AssertFailsAsync(lifetime, nameof(IFixtureHooks.OnReadyAsync));
    }

    [Fact(Timeout = 30_000)]
    public async Task OnStoppingAsync_shows_no_secret_of_the_server()
    {
        var hooks = new Hooks(nameof(IFixtureHooks.OnStoppingAsync), WithSecret());
        var lifetime = new FixtureLifetime(GetType(), hooks, Logger);
        await lifetime.StartAsync(CancellationToken.None);

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(lifetime.StopAsync);

        AssertMasked(failure);
        Assert.StartsWith("OnStoppingAsync of HookSecretTests failed: ", failure.Message, StringComparison.Ordinal);
    }

    private ServerProcessOptions WithSecret() => Program() with
    {
        Environment = new Dictionary<string, string?> { ["SERVICE_API_KEY"] = Secret },
        Reap = LongGrace,
    };

    private Task FailsWithoutSecretAsync(string hook, ServerProcessOptions options) =>
        AssertFailsAsync(new FixtureLifetime(GetType(), new Hooks(hook, options), Logger), hook);

    private async Task AssertFailsAsync(FixtureLifetime lifetime, string hook)
    {
        await lifetime.StartAsync(CancellationToken.None);

        var failure = Assert.Throws<ServerStartException>(() => lifetime.Server);

        AssertMasked(failure);
        Assert.StartsWith($"HookSecretTests: {hook} failed: ", failure.Message, StringComparison.Ordinal);
        await lifetime.StopAsync();
    }

    // The type helps to find the cause, and test frameworks print the type of the replacement.
    private void AssertMasked(Exception failure)
    {
        Assert.Contains("System.IO.IOException: login with *** failed", failure.Message, StringComparison.Ordinal);
        Assert.Contains("at TestReaper.Tests.Fixtures.HookSecretTests", failure.InnerException!.StackTrace, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{failure}{Logged}", StringComparison.Ordinal);
        for (Exception? error = failure; error is not null; error = error.InnerException)
        {
            Assert.DoesNotContain(Secret, error.Message, StringComparison.Ordinal);
        }
    }

    private sealed class Hooks(string failing, ServerProcessOptions options) : IFixtureHooks
    {
        public Action Before { get; init; } = () => { };

        public string? SkipReason => null;

        public async Task OnStartingAsync(CancellationToken cancellationToken) => await FailIfAsync(nameof(OnStartingAsync));

        public ServerProcessOptions CreateOptions() =>
            failing == nameof(CreateOptions) ? throw Refused() : options;

        public async Task OnReadyAsync(CancellationToken cancellationToken) => await FailIfAsync(nameof(OnReadyAsync));

        public async Task OnStoppingAsync(CancellationToken cancellationToken) => await FailIfAsync(nameof(OnStoppingAsync));

        public Exception CreateSkipException(string reason) => new InvalidOperationException(reason);

        private static IOException Refused() =>
            new($"login with {Secret} failed", new InvalidOperationException($"403 for {Secret}"));

        private Task FailIfAsync(string hook)
        {
            if (hook == failing)
            {
                Before();
                throw Refused();
            }

            return Task.CompletedTask;
        }
    }
}
