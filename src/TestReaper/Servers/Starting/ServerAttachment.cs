using TestReaper.Reaping;
using TestReaper.Secrets;
using TestReaper.Servers.Probes;
using TestReaper.Servers.Starting.Failures;

namespace TestReaper.Servers.Starting;

/// <summary>Uses a server that already runs: waits until it is ready, and nothing else.</summary>
internal static class ServerAttachment
{
    public static async Task<ServerProcess> RunAsync(ServerProcessOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        var given = options.Environment.Select(variable => KeyValuePair.Create(variable.Key, variable.Value ?? ""));
        var mask = SecretMask.For([], [.. InheritedEnvironment.Read(), .. given, .. ProbeTree.Secrets(options.Readiness)]);
        var server = new ServerProcess(options, run: null) { Secrets = mask };
        try
        {
            await new ReadinessWait(server, options.StartupTimeout).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (NeverReadyException never)
        {
            throw StartFailure.NotAttached(never, options, mask);
        }

        SafeLogger.Around(logger).LogInformation("Attached to {Address}; it will not be stopped", mask.Mask($"{options.AttachTo}"));
        return server;
    }
}
