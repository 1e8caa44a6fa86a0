using System.Diagnostics;

namespace TestReaper.Xunit.Tests;

/// <summary>A fixture whose hooks a test provides. The test calls its life cycle as xUnit does.</summary>
public sealed class ScriptedFixture(ServerProcessOptions options, IMessageSink sink) : ServerProcessFixture(sink)
{
    public Func<CancellationToken, Task> OnStarting { get; init; } = _ => Task.CompletedTask;

    public Func<ServerProcessOptions> Options { get; init; } = () => options;

    public Func<CancellationToken, Task> OnReady { get; init; } = _ => Task.CompletedTask;

    public Func<CancellationToken, Task> OnStopping { get; init; } = _ => Task.CompletedTask;

    public new Process Start(ProcessStartInfo startInfo) => base.Start(startInfo);

    public new Process Track(Process process) => base.Track(process);

    public Task<ServerProcess> StartServerAsync(ServerProcessOptions options) => base.StartServerAsync(options, CancellationToken.None);

    public void Skip(string reason) => SkipReason = reason;

    protected override Task OnStartingAsync(CancellationToken cancellationToken) => OnStarting(cancellationToken);

    protected override ServerProcessOptions CreateOptions() => Options();

    protected override Task OnReadyAsync(CancellationToken cancellationToken) => OnReady(cancellationToken);

    protected override Task OnStoppingAsync(CancellationToken cancellationToken) => OnStopping(cancellationToken);
}
