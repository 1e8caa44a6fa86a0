namespace SampleServer.Http;

/// <summary>Keeps ASP.NET Core from handling SIGTERM: the launcher does that.</summary>
internal sealed class NoLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
