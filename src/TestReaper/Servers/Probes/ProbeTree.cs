namespace TestReaper.Servers.Probes;

/// <summary>Finds the probes inside probes.</summary>
internal static class ProbeTree
{
    /// <summary>Lets the probes that look at output begin before the first line is written.</summary>
    public static void BeginToWatch(IReadinessProbe probe, ServerOutput output)
    {
        foreach (var line in Flatten(probe).OfType<OutputLineProbe>())
        {
            line.Watch(output);
        }
    }

    public static IEnumerable<IReadinessProbe> Flatten(IReadinessProbe probe) => probe is AllProbe all ? all.Probes.SelectMany(Flatten) : [probe];
}
