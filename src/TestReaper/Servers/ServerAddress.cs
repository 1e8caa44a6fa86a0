using TestReaper.Servers.Ports;

namespace TestReaper.Servers;

/// <summary>Where a server is reached.</summary>
internal static class ServerAddress
{
    public static Uri? Resolve(ServerProcessOptions options, int? port, IReadOnlyDictionary<string, int> ports)
    {
        var standard = port is null ? null : new Uri($"http://127.0.0.1:{port}/");
        if (options.AttachTo is not null || options.Endpoint is not { } endpoint)
        {
            return options.AttachTo ?? standard;
        }

        var expanded = PortTemplate.Expand(endpoint.OriginalString, ports);
        if (!endpoint.IsAbsoluteUri)
        {
            return standard is null ? null : new Uri(standard, expanded);
        }

        var address = new UriBuilder(expanded);
        if (address.Port == 0)
        {
            address.Port = port ?? 0;
        }

        return address.Port == 0 ? null : address.Uri;
    }

    /// <summary>The local addresses of an endpoint whose port the caller has fixed; empty if there are none.</summary>
    public static async Task<IReadOnlyList<IPEndPoint>> FixedEndPointsAsync(
        ServerProcessOptions options, CancellationToken cancellationToken)
    {
        if (options.Endpoint is not { IsAbsoluteUri: true, Port: > 0 } endpoint)
        {
            return [];
        }

        var addresses = await LocalName.ResolveAsync(endpoint.IdnHost, cancellationToken).ConfigureAwait(false);
        return [.. addresses.Select(address => new IPEndPoint(address, endpoint.Port))];
    }
}
