using TestReaper.Platform;

namespace TestReaper.Gpu.Leases;

// Constraint: a lock keeps away only those who use it. Another program, a neighbour's job, or a server whose driver still frees memory may
// use a device that is leased, and a server that finds less memory than it needs fails with a message about itself.
//
// Scheme: with the locks held, the devices are read until all are idle in two readings in a row: a driver that tears a context down shows a
// low amount for a moment. A device in use is replaced by one that is idle and not leased, if there is one; nothing is taken from a start
// that waits, since the number of the devices stays the same. After IdleTimeout the start is refused, and the message names the holders.
//
// Invariants:
// - The memory of this process and of its helper does not count: a host with a model of its own must not wait for itself.
// - A driver that does not answer ends the gate with a warning. It may be slow or hang, which says nothing about the devices.

/// <summary>Waits until leased devices are idle.</summary>
internal sealed class GpuIdleGate(GpuLeaseRequest request, GpuCandidates candidates, CancellationToken cancellationToken)
{
    private const int NeededReadings = 2;
    private static readonly TimeSpan BetweenIdleReadings = TimeSpan.FromMilliseconds(50), Interval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StateLockLimit = TimeSpan.FromSeconds(1);
    private readonly WaitProgress _progress = new(request.Requirement.IdleTimeout, request.Logger);

    /// <param name="claim">The devices. Some may be replaced.</param>
    /// <param name="isRefused">Whether a device must not replace another one.</param>
    /// <exception cref="GpuLeaseException">A device stays in use.</exception>
    public void Wait(GpuClaim claim, Func<GpuDevice, bool> isRefused)
    {
        var idleReadings = 0;
        while (true)
        {
            var reading = request.Read(_progress.Left, cancellationToken);
            if (reading.Devices.Count == 0)
            {
                request.Logger.LogWarning(
                    "The leased GPUs ({Devices}) could not be verified to be idle: {Reason}",
                    string.Join(", ", claim.Uuids), reading.FirstFault ?? "the driver is gone.");
                return;
            }

            var busy = claim.Devices.Where(device => FindUse(device, reading) is not null).ToList();
            idleReadings = busy.Count == 0 ? idleReadings + 1 : 0;
            if (idleReadings == NeededReadings)
            {
                return;
            }

            if (busy.Count > 0 && !TryReplace(claim, busy, reading, isRefused))
            {
                if (_progress.IsOver)
                {
                    throw Refuse(busy, reading);
                }

                _progress.Report(() => $"idle GPUs. {Describe(busy, reading)}");
            }

            cancellationToken.WaitHandle.WaitOne(busy.Count == 0 ? BetweenIdleReadings : Durations.Shorter(Interval, Pause()));
        }
    }

    private TimeSpan Pause() => _progress.Left > BetweenIdleReadings ? _progress.Left : BetweenIdleReadings;

    private string? FindUse(GpuDevice leased, GpuReading reading)
    {
        if (reading.Devices.FirstOrDefault(device => device.Uuid == leased.Uuid) is not { } now)
        {
            return reading.Faults.FirstOrDefault(fault => fault.DeviceUuid == leased.Uuid)?.Text ?? "the driver does not list it any more";
        }

        return GpuIdleness.FindUse(now, reading, request.Requirement.Headroom, request.Requirement.MinFreeMemory);
    }

    private bool TryReplace(GpuClaim claim, List<GpuDevice> busy, GpuReading reading, Func<GpuDevice, bool> isRefused)
    {
        var idle = candidates.Matching
            .Where(device => device.Vendor == busy[0].Vendor && !claim.Uuids.Contains(device.Uuid) && !isRefused(device))
            .Where(device => FindUse(device, reading) is null)
            .ToList();
        if (idle.Count == 0)
        {
            return false;
        }

        using var state = request.Directory.TryLockState(StateLockLimit, cancellationToken);
        if (state is null)
        {
            return false;
        }

        var replaced = 0;
        foreach (var other in idle.TakeWhile(_ => replaced < busy.Count))
        {
            replaced += claim.TryReplace(request, busy[replaced], other) ? 1 : 0;
        }

        return replaced == busy.Count;
    }

    private string Describe(List<GpuDevice> busy, GpuReading reading) => string.Join("; ", busy.Select(device =>
        $"{GpuText.Name(device)}: {FindUse(device, reading)!.TrimEnd('.')}, {GpuText.Holders(device, reading, request.Platform)}"));

    private GpuLeaseException Refuse(List<GpuDevice> busy, GpuReading reading) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"The GPUs that it would get were not idle within {request.Requirement.IdleTimeout.TotalSeconds:0.###} s. ") +
        $"{Describe(busy, reading)}. " +
        "End these processes, restrict the server to another device (CUDA_VISIBLE_DEVICES, ROCR_VISIBLE_DEVICES or ZE_AFFINITY_MASK), " +
        "raise GpuRequirement.Headroom if this much is normal here, or raise IdleTimeout.");
}
