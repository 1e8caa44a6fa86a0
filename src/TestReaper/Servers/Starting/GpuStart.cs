using TestReaper.Gpu.Leases;
using TestReaper.Gpu.Quarantine;
using TestReaper.Gpu.Release;
using TestReaper.Processes;
using TestReaper.Secrets;
using TestReaper.Servers.Starting.Failures;

namespace TestReaper.Servers.Starting;

/// <summary>Leases the GPUs of a start, or refuses a server whose options name a GPU in quarantine.</summary>
internal static class GpuStart
{
    /// <returns>Null without a requirement, and where the GPUs cannot be read.</returns>
    /// <exception cref="ServerStartException">Too few GPUs match, or they are leased, in use or in quarantine.</exception>
    public static async Task<GpuLease?> AcquireAsync(ServerProcessOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (options.Gpu is null && !GpuLeases.MayBeQuarantined(options.Environment))
        {
            return null;
        }

        var environment = CommandResolver.PreviewEnvironment(options);
        var commandLine = SecretMask.For(options.Arguments, environment).MaskArguments([options.FileName, .. options.Arguments]);
        try
        {
            if (options.Gpu is { } requirement)
            {
                var label = TreeOwner.Current?.Name ?? commandLine;
                return await GpuLeases.AcquireAsync(
                    requirement.WithDefault(options.GpuDeviceFormat), environment, label, logger, cancellationToken).ConfigureAwait(false);
            }

            await GpuLeases.RequireUnquarantinedAsync(options.Environment, environment, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception error) when (error is GpuLeaseException or IOException or UnauthorizedAccessException)
        {
            throw StartFailure.CannotStart(commandLine, error);
        }
    }

    /// <summary>Refuses a ready server that uses a GPU in quarantine without having asked for one: only its use shows which.</summary>
    /// <exception cref="GpuLeaseException">It uses one.</exception>
    public static void RequireUnquarantined(ServerProcessOptions options, GpuObservation gpu)
    {
        var uuids = gpu.Devices.Select(release => release.Device.Uuid).ToList();
        if (options.Gpu is null && uuids.Count > 0 && gpu.Baseline is { } before
            && GpuQuarantine.FindRefusals(uuids, before) is { Count: > 0 } refusals)
        {
            throw new GpuLeaseException(GpuLeases.QuarantineText(refusals));
        }
    }
}
