using System.Runtime.CompilerServices;

namespace TestReaper.Servers.Probes;

internal sealed class AnyProbe(IReadOnlyList<IReadinessProbe> probes) : IReadinessProbe
{
    private readonly ConditionalWeakTable<ServerProcess, ProbeRace> _races = [];

    public IReadOnlyList<IReadinessProbe> Probes => probes;

    public string Description => ProbeDescription.Of(this);

    /// <summary>The probe that was ready first; null as long as none was.</summary>
    public IReadinessProbe? FindReady(ServerProcess server) => _races.TryGetValue(server, out var race) ? race.Ready : null;

    public Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken) =>
        _races.GetValue(server, key => new ProbeRace(probes, key)).RunAsync(cancellationToken);
}
