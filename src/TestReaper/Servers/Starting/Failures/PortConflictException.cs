using TestReaper.Servers.Ports;

namespace TestReaper.Servers.Starting.Failures;

/// <summary>
/// The server did not get its port, and another attempt may succeed: with other ports where an unrelated process took an allocated port
/// before the server bound it, or with the same ports where closed connections of an earlier server are in TIME_WAIT.
/// </summary>
internal sealed class PortConflictException(string message, string commandLine, int? exitCode, string outputTail)
    : ServerStartException(message, commandLine, exitCode, outputTail)
{
    /// <summary>The addresses in TIME_WAIT to wait for; empty if other ports are needed.</summary>
    public IReadOnlyList<IPEndPoint> InTimeWait { get; init; } = [];

    /// <summary>The ports of the failed attempt, to be used again after TIME_WAIT.</summary>
    public PortLeases? Leases { get; set; }
}
