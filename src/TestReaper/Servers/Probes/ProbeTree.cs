namespace TestReaper.Servers.Probes;

/// <summary>Finds the probes inside probes.</summary>
internal static class ProbeTree
{
    public static IEnumerable<IReadinessProbe> Flatten(IReadinessProbe probe) =>
        probe switch
        {
            AllProbe all => all.Probes.SelectMany(Flatten),
            AnyProbe any => any.Probes.SelectMany(Flatten),
            _ => [probe],
        };

    /// <summary>The probes that made the server ready: of several alternatives only the one that was.</summary>
    public static IEnumerable<IReadinessProbe> Succeeded(IReadinessProbe probe, ServerProcess server) => probe switch
    {
        AllProbe all => all.Probes.SelectMany(part => Succeeded(part, server)),
        AnyProbe any => any.FindReady(server) is { } ready ? Succeeded(ready, server) : [],
        _ => [probe],
    };

    /// <summary>What the HTTP probes send. A mask finds the secrets among them by their names.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Secrets(IReadinessProbe probe) =>
        Flatten(probe).OfType<HttpProbe>().SelectMany(http => http.Secrets);
}
