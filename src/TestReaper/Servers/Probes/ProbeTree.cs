namespace TestReaper.Servers.Probes;

/// <summary>Finds the probes inside probes.</summary>
internal static class ProbeTree
{
    /// <summary>Lets the probes that search the output begin before the first line is written.</summary>
    public static void BeginSearches(IReadinessProbe probe, ServerOutput output)
    {
        foreach (var line in Flatten(probe).OfType<OutputLineProbe>())
        {
            line.BeginSearch(output);
        }
    }

    public static IEnumerable<IReadinessProbe> Flatten(IReadinessProbe probe) =>
        probe is AllProbe all ? all.Probes.SelectMany(Flatten) : [probe];
}
