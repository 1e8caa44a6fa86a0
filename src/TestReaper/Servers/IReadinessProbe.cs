namespace TestReaper;

/// <summary>Asks a server repeatedly whether it is ready.</summary>
/// <remarks>One probe may serve many servers and starts, so it must not keep the state of one.</remarks>
public interface IReadinessProbe
{
    /// <summary>What is asked, for messages: <c>GET /health</c>.</summary>
    string Description { get; }

    /// <summary>Asks once.</summary>
    /// <remarks>
    /// Called again 1 ms after the first answer, then after pauses that grow by half each time, up to 250 ms; never while an earlier call
    /// is under way.
    /// </remarks>
    /// <param name="server">The server; its <see cref="ServerProcess.BaseAddress"/>, ports and output can be used.</param>
    /// <param name="cancellationToken">Fires when the start is cancelled, times out, or the server exits.</param>
    /// <returns>Whether it is ready and, if not, what it answered. An exception counts as not ready.</returns>
    Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken);
}
