using System.Runtime.CompilerServices;

namespace TestReaper.Servers.Probes;

internal sealed class AllProbe(IReadOnlyList<IReadinessProbe> probes) : IReadinessProbe
{
    private readonly ConditionalWeakTable<ServerProcess, HashSet<IReadinessProbe>> _passed = [];

    public IReadOnlyList<IReadinessProbe> Probes => probes;

    public string Description => ProbeDescription.Of(this);

    public async Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        // Each is asked in every round, since one may need the port that another one reports.
        var passed = _passed.GetOrCreateValue(server);
        string? pending = null, advice = null;
        foreach (var probe in probes.Where(probe => !passed.Contains(probe)))
        {
            var result = await ProbeAnswer.CheckAsync(probe, server, cancellationToken).ConfigureAwait(false);
            if (result.IsReady)
            {
                passed.Add(probe);
            }
            else
            {
                pending ??= $"{ProbeDescription.Of(probe)}: {result.Detail}";
                advice ??= result.Advice;
            }
        }

        return new ReadinessResult(pending is null, pending) { Advice = advice };
    }
}
