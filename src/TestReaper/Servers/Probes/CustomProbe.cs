namespace TestReaper.Servers.Probes;

internal sealed class CustomProbe(string description, Func<ServerProcess, CancellationToken, Task<ReadinessResult>> ask) : IReadinessProbe
{
    public string Description => description;

    public CustomProbe(string description, Func<ServerProcess, CancellationToken, Task<bool>> isReady)
        : this(description, async (server, cancellationToken) =>
        {
            var ready = await isReady(server, cancellationToken).ConfigureAwait(false);
            return new ReadinessResult(ready, ready ? null : "not yet");
        })
    {
    }

    public Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken) => ask(server, cancellationToken);
}
