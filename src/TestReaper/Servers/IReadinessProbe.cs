namespace TestReaper;

/// <summary>Asks a server repeatedly whether it is ready.</summary>
/// <remarks>One probe may serve many servers and starts, so it must not keep the state of one.</remarks>
public interface IReadinessProbe
{
    /// <summary>What is asked, for messages: <c>GET /health</c>.</summary>
    string Description { get; }

    /// <summary>Asks once.</summary>
    /// <remarks>Never called concurrently. The pause after an answer grows from 1 ms by half each time, up to 250 ms.</remarks>
    /// <param name="server">The server; its <see cref="ServerProcess.BaseAddress"/>, ports and output can be used.</param>
    /// <param name="cancellationToken">Fires when the start is cancelled, times out, or the server exits.</param>
    /// <returns>Whether it is ready and, if not, what it answered. An exception counts as not ready.</returns>
    Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken);
}

/// <summary>The answer of a readiness probe.</summary>
/// <param name="IsReady">Whether the server can be used.</param>
/// <param name="Detail">What it answered, for progress and error messages: <c>503 Service Unavailable</c>.</param>
public readonly record struct ReadinessResult(bool IsReady, string? Detail = null)
{
    /// <summary>What to change, if a longer wait does not help.</summary>
    internal string? Advice { get; init; }
}
