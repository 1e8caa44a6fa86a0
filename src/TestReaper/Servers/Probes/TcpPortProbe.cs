namespace TestReaper.Servers.Probes;

internal sealed class TcpPortProbe : INetworkProbe
{
    public string Description => "TCP connection";

    // The kernel repeats a SYN that a full backlog dropped after 1, 3, 7 s and so on. A new connection may succeed sooner.
    public Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        var (host, port) = (server.BaseAddress.IdnHost, server.BaseAddress.Port);
        return new OverlappingRequests(token => ConnectAsync(host, port, token)).RunAsync(cancellationToken);
    }

    private static async Task<ReadinessResult> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host, port, cancellationToken).ConfigureAwait(false);
        return new ReadinessResult(true);
    }
}
