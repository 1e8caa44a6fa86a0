namespace TestReaper;

/// <summary>Asks a server, again and again, whether it is ready.</summary>
/// <remarks>One probe may serve many servers and starts: keep no state of a server in it.</remarks>
public interface IReadinessProbe
{
    /// <summary>What is asked, for messages: <c>GET /health</c>.</summary>
    string Description { get; }

    /// <summary>Asks once. Called again 1 ms after a first answer, then after pauses that grow by half each time, up to 250 ms; never while
    /// an earlier call is under way.</summary>
    /// <param name="server">The server; its <see cref="ServerProcess.BaseAddress"/>, ports and output can be used.</param>
    /// <param name="cancellationToken">Fires when the start is cancelled, times out, or the server exits.</param>
    /// <returns>Whether it is ready and, if not, what it answered. An exception counts as not ready.</returns>
    Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken);
}
