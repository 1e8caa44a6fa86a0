using System.Net;
using TestReaper.Servers.Ports;

namespace TestReaper.Servers.Starting;

/// <summary>
/// The server exited because it could not bind a port that only the kernel still has: connections that the previous server closed are in
/// TIME_WAIT, for a minute, and this server does not set SO_REUSEADDR.
/// </summary>
internal sealed class PortBusyException(IReadOnlyList<IPEndPoint> endpoints, string message, string commandLine, int? exitCode,
    string outputTail)
    : ServerStartException(message, commandLine, exitCode, outputTail)
{
    /// <summary>What has to become free; one or more.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints { get; } = endpoints;

    /// <summary>The ports of the failed start, to be used again.</summary>
    public PortLeases? Leases { get; set; }
}
