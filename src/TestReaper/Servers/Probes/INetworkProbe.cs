namespace TestReaper.Servers.Probes;

/// <summary>A probe that connects to a socket, so that the process behind it can be verified.</summary>
internal interface INetworkProbe : IReadinessProbe
{
    /// <summary>Where it connects to: a <see cref="DnsEndPoint"/>, <see cref="IPEndPoint"/> or unix socket.</summary>
    EndPoint EndPoint(ServerProcess server) => new DnsEndPoint(server.BaseAddress.IdnHost, server.BaseAddress.Port);
}
