using TestReaper.Gpu.Locks;
using TestReaper.Gpu.Quarantine;
using TestReaper.Gpu.Visibility;
using TestReaper.Platform;

namespace TestReaper.Gpu.Leases;

/// <summary>Leases devices, and lists who has and who waits for them.</summary>
internal static class GpuLeases
{
    private const string ThreadName = "TestReaper GPU lease";
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(30), LockLimit = TimeSpan.FromSeconds(1);

    /// <summary>Waits for devices that meet a requirement, on a thread of its own: a wait may take half an hour.</summary>
    /// <param name="requirement">What is needed.</param>
    /// <param name="environment">What the server would inherit, with the variables of its options.</param>
    /// <param name="label">Who waits, without secrets.</param>
    /// <param name="logger">Gets progress and warnings.</param>
    /// <param name="cancellationToken">Ends the wait. Nothing stays locked.</param>
    /// <returns>Null if the GPUs cannot be read. A warning is logged then.</returns>
    public static Task<GpuLease?> AcquireAsync(
        GpuRequirement requirement,
        IReadOnlyDictionary<string, string> environment,
        string label,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var (monitor, platform) = (GpuMonitor.Current, ProcessPlatform.Current);
        if (!monitor.HasDriver)
        {
            WarnWithoutTelemetry(logger, GpuReading.Empty);
            return Task.FromResult<GpuLease?>(null);
        }

        return RunOnThread(() =>
        {
            var directory = GpuDirectory.Open(platform);
            var request = new GpuLeaseRequest(requirement, environment, label, monitor, platform, directory, logger);
            return new GpuAcquisition(request, cancellationToken).Run();
        });
    }

    /// <summary>Whether the options of a server name devices while there is a quarantine. Reads no GPU.</summary>
    public static bool MayBeQuarantined(IReadOnlyDictionary<string, string?> given) =>
        VendorsIn(given).Any() && GpuQuarantine.List().Count > 0;

    /// <summary>Refuses a server whose options name a device in quarantine, without a requirement.</summary>
    /// <param name="given">The variables of the options.</param>
    /// <param name="environment">What the server would inherit, with the variables of its options.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="GpuLeaseException">A device is in quarantine.</exception>
    public static Task RequireUnquarantinedAsync(
        IReadOnlyDictionary<string, string?> given, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var (monitor, platform) = (GpuMonitor.Current, ProcessPlatform.Current);
        return RunOnThread(() =>
        {
            var reading = GpuReader.Read(monitor, ReadLimit, cancellationToken);
            var visible = new VisibleDevices(reading.Devices, GpuNumbers.Read(monitor.Roots), environment);
            string[] named = [.. VendorsIn(given).SelectMany(visible.Of).Select(device => device.Uuid)];
            var check = new GpuQuarantineCheck(platform, GpuDirectory.Open(platform), () => reading);
            return check.Find(named, leased: []) is { Count: > 0 } refusals ? throw new GpuLeaseException(QuarantineText(refusals)) : true;
        });
    }

    /// <summary>The devices whose lock is held.</summary>
    public static IReadOnlyList<GpuLockHolder> List() => WithState((platform, directory) => directory.Locks()
        .Where(path => IsHeld(platform, path))
        .Select(path => GpuLockHolder.Describe(platform, path)));

    /// <summary>The starts that wait, in their order.</summary>
    public static IReadOnlyList<GpuNote> Waiting() => WithState((platform, directory) => new GpuQueue(platform, directory).List());

    internal static void WarnWithoutTelemetry(ILogger logger, GpuReading reading) => logger.LogWarning(
        "The server starts without a lease of a GPU: {Reason}",
        reading.FirstFault ?? "this machine has no GPU that this user can see.");

    internal static string QuarantineText(IReadOnlyList<GpuRefusal> refusals) =>
        $"Its GPUs are in quarantine. {string.Join(' ', refusals.Select(refusal => refusal.ToString()))} " +
        "End what holds the memory. `testreaper gpu` shows the devices and the quarantine.";

    // A null removes the variable, which names no device.
    private static IEnumerable<GpuVendor> VendorsIn(IReadOnlyDictionary<string, string?> given) => VisibleDevices.Variables
        .Where(pair => pair.Value.Any(name => given.GetValueOrDefault(name) is not null)).Select(pair => pair.Key);

    private static bool IsHeld(IProcessPlatform platform, string path)
    {
        using var probe = platform.Files.TryLock(path);
        return probe is null;
    }

    // The state lock keeps a probe from being taken for a lease. A process that holds it too long changes nothing about the result.
    private static IReadOnlyList<T> WithState<T>(Func<IProcessPlatform, GpuDirectory, IEnumerable<T>> list)
    {
        var platform = ProcessPlatform.Current;
        return Accessible.OrDefault<IReadOnlyList<T>>(() =>
        {
            if (GpuDirectory.TryFind(platform) is not { } directory)
            {
                return null;
            }

            using var state = directory.TryLockState(LockLimit);
            return [.. list(platform, directory)];
        }) ?? [];
    }

    // Continuations run on the same thread, which is idle by then, so that a starved pool delays none of them.
    private static Task<T> RunOnThread<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>();
        if (BackgroundThread.TryStart(ThreadName, Complete) is null)
        {
            Complete();
        }

        return result.Task;

        void Complete()
        {
            try
            {
                result.SetResult(work());
            }
            catch (OperationCanceledException error)
            {
                result.SetCanceled(error.CancellationToken);
            }
            catch (Exception error)
            {
                result.SetException(error);
            }
        }
    }
}
