namespace TestReaper.Servers.Probes;

/// <summary>Asks a probe once. An exception counts as not ready.</summary>
internal static class ProbeAnswer
{
    public static async Task<ReadinessResult> CheckAsync(IReadinessProbe probe, ServerProcess server, CancellationToken cancellationToken)
    {
        try
        {
            return await probe.ProbeAsync(server, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            return new ReadinessResult(false, error.Message + (error.InnerException is { } inner ? $" ({inner.Message})" : ""));
        }
    }
}
