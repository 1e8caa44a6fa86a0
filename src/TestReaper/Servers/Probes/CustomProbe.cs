namespace TestReaper.Servers.Probes;

internal sealed class CustomProbe(string description, Func<ServerProcess, CancellationToken, Task<bool>> isReady) : IReadinessProbe
{
    public string Description => description;

    public async Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var ready = await isReady(server, cancellationToken).ConfigureAwait(false);
        return new ReadinessResult(ready, ready ? null : "not yet");
    }
}
