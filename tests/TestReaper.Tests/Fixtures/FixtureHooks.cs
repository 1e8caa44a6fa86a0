using TestReaper.Extensibility;

namespace TestReaper.Tests.Fixtures;

/// <summary>A fixture for one server, with the hooks that a test needs.</summary>
internal sealed class FixtureHooks(ServerProcessOptions options) : IFixtureHooks
{
    public Func<Task> Ready { get; init; } = () => Task.CompletedTask;

    public Func<Task> Stopping { get; init; } = () => Task.CompletedTask;

    public string? SkipReason => null;

    public Task OnStartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ServerProcessOptions CreateOptions() => options;

    public Task OnReadyAsync(CancellationToken cancellationToken) => Ready();

    public Task OnStoppingAsync(CancellationToken cancellationToken) => Stopping();

    public Exception CreateSkipException(string reason) => new InvalidOperationException(reason);
}
