namespace TestReaper.Servers.Probes;

internal sealed class UnixSocketProbe(string path) : INetworkProbe
{
    public string Description => $"connection to {path}";

    public EndPoint EndPoint(ServerProcess server) => new UnixDomainSocketEndPoint(Placeholders.Of(server).ExpandDirectories(path));

    public async Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(EndPoint(server), cancellationToken).ConfigureAwait(false);
        return new ReadinessResult(true);
    }
}
