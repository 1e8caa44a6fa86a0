namespace TestReaper.Servers.Probes;

/// <summary>Finds the probes inside probes.</summary>
internal static class ProbeTree
{
    public static IEnumerable<IReadinessProbe> Flatten(IReadinessProbe probe) =>
        probe is AllProbe all ? all.Probes.SelectMany(Flatten) : [probe];
}
