namespace TestReaper.Servers.Probes;

/// <summary>Asks a probe; an exception is an answer, too: not ready.</summary>
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
            return new ReadinessResult(false, error.InnerException is null ? error.Message : $"{error.Message} ({error.InnerException.Message})");
        }
    }
}
