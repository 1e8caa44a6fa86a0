namespace SampleServer.Http;

/// <summary>The launcher decides what a signal means; the host's own answer to SIGTERM would come first.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
