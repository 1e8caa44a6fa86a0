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
        var pending = new List<(IReadinessProbe Probe, ReadinessResult Result)>();
        foreach (var probe in probes.Where(probe => !passed.Contains(probe)))
        {
            var result = await ProbeAnswer.CheckAsync(probe, server, cancellationToken).ConfigureAwait(false);
            if (result.IsReady)
            {
                passed.Add(probe);
            }
            else
            {
                pending.Add((probe, result));
            }
        }

        if (pending.Count == 0)
        {
            return new ReadinessResult(true);
        }

        // As long as one of them may become ready by waiting, StartupTimeout is the advice. Otherwise answer and advice are of one probe.
        var (first, answer) = pending[0];
        return new ReadinessResult(false, $"{ProbeDescription.Of(first)}: {answer.Detail}")
        {
            Advice = pending.TrueForAll(one => one.Result.Advice is not null) ? answer.Advice : null,
        };
    }
}
