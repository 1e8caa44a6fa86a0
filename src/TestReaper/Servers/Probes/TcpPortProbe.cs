using System.Net;
using System.Net.Sockets;

namespace TestReaper.Servers.Probes;

internal sealed class TcpPortProbe : INetworkProbe
{
    public string Description => "TCP connection";

    public EndPoint EndPoint(ServerProcess server) => new DnsEndPoint(server.BaseAddress.IdnHost, server.BaseAddress.Port);

    public async Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.BaseAddress.IdnHost, server.BaseAddress.Port, cancellationToken).ConfigureAwait(false);
        return new ReadinessResult(true);
    }
}
