using System.Net;

namespace TestReaper.Servers.Probes;

internal sealed class HttpProbe(string path) : INetworkProbe
{
    // No proxy of the environment, no redirect to elsewhere, and no connection kept that would survive a restart.
    private static readonly HttpClient Client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        Timeout = TimeSpan.FromSeconds(10),
    };

    public string Description => $"GET {path}";

    public EndPoint EndPoint(ServerProcess server) => new DnsEndPoint(server.BaseAddress.IdnHost, server.BaseAddress.Port);

    public async Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        using var response = await Client
            .GetAsync(new Uri(server.BaseAddress, path), HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        return new ReadinessResult(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {response.ReasonPhrase}");
    }
}
