namespace TestReaper.Servers.Probes;

internal sealed class ProcessUpProbe : IReadinessProbe
{
    public string Description => "the process is up";

    public Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken) => Task.FromResult(new ReadinessResult(true));
}
