using TestReaper.Platform;

namespace TestReaper.Servers.Ports;

/// <summary>The ports of one server, by name.</summary>
internal sealed class PortLeases : IDisposable
{
    private readonly Dictionary<string, PortLease> _leases = [];

    public IReadOnlyDictionary<string, int> Ports => _leases.ToDictionary(lease => lease.Key, lease => lease.Value.Port);

    /// <summary>Takes a port for each name that the options use.</summary>
    /// <exception cref="IOException">No port can be had.</exception>
    public static PortLeases Take(ServerProcessOptions options, IProcessPlatform platform)
    {
        var leases = new PortLeases();
        var allocator = new PortAllocator(platform);
        try
        {
            foreach (var name in PortTemplate.Names(Texts(options)))
            {
                leases._leases.Add(name, allocator.Take());
            }

            return leases;
        }
        catch
        {
            leases.Dispose();
            throw;
        }
    }

    /// <summary>Everything in which a placeholder may stand.</summary>
    public static IEnumerable<string> Texts(ServerProcessOptions options) =>
        [
            .. options.Arguments,
            .. options.Environment.Values.OfType<string>(),
            .. options.Endpoint is { } endpoint ? (string[])[endpoint.OriginalString] : [],
        ];

    public void Dispose()
    {
        foreach (var lease in _leases.Values)
        {
            lease.Dispose();
        }
    }
}
