using TestReaper.Gpu.Locks;
using TestReaper.Gpu.Quarantine;
using TestReaper.Gpu.Visibility;
using TestReaper.Platform;

namespace TestReaper.Gpu.Leases;

// Constraint: test classes, test processes and scripts of one user share the GPUs of a machine and know nothing of each other. Each may be
// killed at any time. A start needs several devices at once, and the starts must get them in a fair order.
//
// Scheme: a lock file per device (GpuLock) excludes all who use it, and the kernel frees it when its holder dies. A start that needs
// devices takes a ticket (GpuQueue), whose number is the order of arrival. It claims devices once no earlier ticket asks for one of the
// devices that would suit it, and takes all of them or none, under the state lock. Waiters poll, since no event tells that a lock of
// another process is free. Then the devices must be idle (GpuIdleGate) and not in quarantine (GpuQuarantineCheck).
//
// Invariants:
// - No start waits while it holds a device that another one could use, except in the idle gate, which has a time-out of its own.
// - A start is overtaken only by those that could not use the same devices.
// - Whatever ends an acquisition without a lease, it leaves no lock and no ticket.
// - Without telemetry there is no lease and no failure: a machine whose driver cannot be read may still run the server.

/// <summary>One acquisition of devices. It blocks its thread.</summary>
internal sealed class GpuAcquisition(GpuLeaseRequest request, CancellationToken cancellationToken)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50), QuarantineInterval = TimeSpan.FromSeconds(1);
    private readonly GpuQueue _queue = new(request.Platform, request.Directory);
    private readonly WaitProgress _progress = new(request.Requirement.LeaseTimeout, request.Logger);
    private readonly HashSet<string> _refused = [];

    /// <returns>Null if the GPUs cannot be read: then the server starts without a lease.</returns>
    /// <exception cref="GpuLeaseException">Too few devices match, are free in time, or are idle in time.</exception>
    /// <exception cref="OperationCanceledException">The start was cancelled.</exception>
    /// <exception cref="IOException">The state directory cannot be used.</exception>
    public GpuLease? Run()
    {
        var reading = request.Read(request.Requirement.LeaseTimeout + request.Requirement.IdleTimeout, cancellationToken);
        if (reading.Devices.Count == 0)
        {
            GpuLeases.WarnWithoutTelemetry(request.Logger, reading);
            return null;
        }

        var numbers = GpuNumbers.Read(request.Monitor.Roots);
        var candidates = GpuCandidates.Find(reading, numbers, request.Environment, request.Requirement);
        if (MayHaveUnreadCards(reading) && candidates.Matching.All(device => device.Kind == GpuKind.Unified))
        {
            GpuLeases.WarnWithoutTelemetry(request.Logger, reading);
            return null;
        }

        if (!candidates.Suffice([]))
        {
            throw new GpuLeaseException(candidates.Describe());
        }

        RequireUnquarantined(candidates);
        var claim = WaitForClaim(candidates, reading);
        try
        {
            new GpuIdleGate(request, candidates, cancellationToken).Wait(claim, device => IsQuarantined(device, claim));
            var variables = GpuVariables.Create(claim.Devices, reading.Devices, numbers, request.Requirement.DeviceFormat);
            return new GpuLease(claim, variables);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    // The GPU of the processor can be read also where NVML cannot, and says nothing about NVIDIA's cards.
    private bool MayHaveUnreadCards(GpuReading reading) =>
        request.Requirement.Vendor is null or GpuVendor.Nvidia
        && request.Monitor.Roots.HasNvidia
        && reading.Devices.All(device => device.Vendor != GpuVendor.Nvidia)
        && reading.Faults.Any(fault => fault.DeviceUuid is null);

    private GpuClaim WaitForClaim(GpuCandidates candidates, GpuReading reading)
    {
        using var ticket = Enter(candidates);
        var checkedAt = Stopwatch.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryClaim(ticket, candidates, reading) is { } claim)
            {
                if (IsAllowed(claim, candidates))
                {
                    return claim;
                }

                claim.Dispose();
            }
            else if (_progress.IsOver)
            {
                throw new GpuLeaseException(DescribeTimeout(ticket, candidates));
            }
            else
            {
                _progress.Report(() => $"GPUs of other servers. {DescribeHolders(ticket, candidates).TrimEnd('.')}");
                cancellationToken.WaitHandle.WaitOne(Interval);
            }

            if (Stopwatch.GetElapsedTime(checkedAt) > QuarantineInterval)
            {
                RequireUnquarantined(candidates);
                checkedAt = Stopwatch.GetTimestamp();
            }
        }
    }

    private GpuTicket Enter(GpuCandidates candidates)
    {
        using var state = request.Directory.TryLockState(LimitForState(), cancellationToken) ?? throw StateIsLocked();
        return _queue.Enter(GpuNote.Create(request.Platform, request.Label, [.. candidates.Matching.Select(device => device.Uuid)]));
    }

    private GpuClaim? TryClaim(GpuTicket ticket, GpuCandidates candidates, GpuReading reading)
    {
        using var state = request.Directory.TryLockState(LimitForState(), cancellationToken);
        return state is not null && _queue.IsFirst(ticket)
            ? GpuClaim.TryTake(request, candidates.GroupsWithout(_refused).Select(group => IdleFirst(group, reading)))
            : null;
    }

    // Stable, so equal devices keep their order. The reading may be old: then the idle gate finds another device.
    private GpuDevice[] IdleFirst(IReadOnlyList<GpuDevice> group, GpuReading reading) => [.. group.OrderBy(device =>
        GpuIdleness.FindUse(device, reading, request.Requirement.Headroom, request.Requirement.MinFreeMemory) is not null)];

    /// <summary>Whether the quarantine allows what was claimed. If not, the devices are left out from now on.</summary>
    private bool IsAllowed(GpuClaim claim, GpuCandidates candidates)
    {
        var refusals = CheckQuarantine(claim.Uuids, claim.Uuids);
        if (refusals.Count == 0)
        {
            return true;
        }

        _refused.UnionWith(refusals.SelectMany(refusal => refusal.Entry.Uuids));
        return candidates.Suffice(_refused) ? false : throw Refuse(refusals);
    }

    /// <exception cref="GpuLeaseException">Too few candidates are left without those in quarantine.</exception>
    private void RequireUnquarantined(GpuCandidates candidates)
    {
        var refusals = CheckQuarantine([.. candidates.Matching.Select(device => device.Uuid)], leased: []);
        _refused.Clear();
        _refused.UnionWith(refusals.SelectMany(refusal => refusal.Entry.Uuids));
        if (!candidates.Suffice(_refused))
        {
            throw Refuse(refusals);
        }
    }

    private bool IsQuarantined(GpuDevice device, GpuClaim claim) =>
        _refused.Contains(device.Uuid) || CheckQuarantine([device.Uuid], [device.Uuid, .. claim.Uuids]).Count > 0;

    private IReadOnlyList<GpuRefusal> CheckQuarantine(IReadOnlyCollection<string> uuids, IReadOnlyCollection<string> leased) =>
        new GpuQuarantineCheck(request.Platform, request.Directory, () => request.Read(TimeSpan.Zero, cancellationToken))
            .Find(uuids, leased);

    private static GpuLeaseException Refuse(IReadOnlyList<GpuRefusal> refusals) => new(GpuLeases.QuarantineText(refusals));

    // Also with a LeaseTimeout of zero, one look at the locks is made.
    private TimeSpan LimitForState() => _progress.Left + TimeSpan.FromSeconds(1);

    private static GpuLeaseException StateIsLocked() =>
        new("The lock of the GPU leases stays held. A process that holds it may be stopped. `testreaper gpu` lists the leases.");

    private string DescribeTimeout(GpuTicket ticket, GpuCandidates candidates) => string.Create(
        CultureInfo.InvariantCulture,
        $"No GPU became free within {request.Requirement.LeaseTimeout.TotalSeconds:0.###} s (LeaseTimeout). ") +
        $"{DescribeHolders(ticket, candidates)} End these, or raise LeaseTimeout.";

    private string DescribeHolders(GpuTicket ticket, GpuCandidates candidates)
    {
        using var state = request.Directory.TryLockState(TimeSpan.FromSeconds(1), cancellationToken);
        if (state is null)
        {
            return StateIsLocked().Message;
        }

        var holders = candidates.Matching.Select(device => GpuLockHolder.Find(request.Platform, request.Directory, device.Uuid))
            .OfType<GpuLockHolder>();
        var earlier = _queue.ListBefore(ticket).Select(note => $"process {note.Pid} ({note.Label}) waits in front of it");
        return $"Held: {string.Join("; ", holders.Select(holder => $"{holder}").Concat(earlier))}.";
    }
}
