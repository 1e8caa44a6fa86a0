namespace TestReaper.NUnit.Tests;

/// <summary>A fixture whose hooks a test provides. The test calls its life cycle as NUnit does.</summary>
public sealed class ScriptedFixture(ServerProcessOptions options, TextWriter output) : ServerProcessFixture(output)
{
    public Func<Task> OnStarting { get; init; } = () => Task.CompletedTask;

    public Func<ServerProcessOptions> Options { get; init; } = () => options;

    public Func<Task> OnReady { get; init; } = () => Task.CompletedTask;

    public Func<Task> OnStopping { get; init; } = () => Task.CompletedTask;

    public void Skip(string reason) => SkipReason = reason;

    protected override Task OnStartingAsync(CancellationToken cancellationToken) => OnStarting();

    protected override ServerProcessOptions CreateOptions() => Options();

    protected override Task OnReadyAsync(CancellationToken cancellationToken) => OnReady();

    protected override Task OnStoppingAsync(CancellationToken cancellationToken) => OnStopping();
}
