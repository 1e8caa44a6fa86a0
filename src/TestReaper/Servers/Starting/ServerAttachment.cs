using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TestReaper.Reaping;
using TestReaper.Secrets;
using TestReaper.Servers.Probes;

namespace TestReaper.Servers.Starting;

/// <summary>Uses a server that runs already: probes it, and nothing else.</summary>
internal static class ServerAttachment
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static async Task<ServerProcess> RunAsync(ServerProcessOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        logger = SafeLogger.Around(logger);
        var mask = SecretMask.For([], [.. InheritedEnvironment.Read(), .. Given(options)]);
        var address = mask.Mask(options.AttachTo!.ToString());
        var server = new ServerProcess(options, run: null);
        var start = Stopwatch.GetTimestamp();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.StartupTimeout);
        string? last = null;
        for (var probes = 1; ; probes++)
        {
            try
            {
                var result = await Task.Run(() => ProbeAnswer.CheckAsync(options.Readiness, server, timeout.Token), CancellationToken.None)
                    .WaitAsync(timeout.Token).ConfigureAwait(false);
                if (result.IsReady)
                {
                    logger.LogInformation("Attached to {Address}; it will not be stopped", address);
                    return server;
                }

                last = result.Detail is null ? null : mask.Mask(result.Detail);
                await Task.Delay(Pause, timeout.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw NotReady(mask.Mask(options.Readiness.Description), address, Stopwatch.GetElapsedTime(start), probes, last);
            }
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Given(ServerProcessOptions options) =>
        options.Environment.Select(variable => KeyValuePair.Create(variable.Key, variable.Value ?? ""));

    private static ServerStartException NotReady(string probe, string address, TimeSpan elapsed, int probes, string? last) => new(
        $"The server at {address} was not ready within {ReapReportText.Seconds(elapsed)}: {probe} was tried {probes} times, " +
        $"the last answer was: {last ?? "none"}. Start it first, correct the address, or do not attach.",
        $"(attached to {address})");
}
