using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Gpu.Release;

// Constraint: a driver shows which process holds what now, and keeps no history. After a tree is gone, nothing says which devices it used,
// nor how much memory was in use before. A process that was killed may leave the list at once.
//
// Scheme: three readings while the facts are visible. Each needs a driver; without one, the whole costs microseconds and no thread.
// - Before the launch: the baseline of each device (GpuBaseline).
// - When the server is ready, and at the start of the reap before the first signal: devices on whose list a pid of the tree is.
//   These, and the leased ones, are the release conditions of the tree (GpuReleaseWait).
// The reading at the start of a reap would cost the reaps of servers that use no GPU 0.2 s for the helper process. So it is made only
// if a device is known already, or if a living process of the tree has a device file of a GPU open; files that cannot be read count, and
// so does a machine whose baseline has devices of NVIDIA, but which has no files of them.
//
// A tree that others have started has no baseline. Then it is estimated from the reading before the first signal, with the tree counted as
// a holder outside of it, which is right where the driver reports the memory of each of its processes. Otherwise there is no baseline.
//
// Where the driver lists pids of another PID namespace, a device counts as used if an entry has appeared since the baseline and a process
// of the tree has a device file open. The entry may be that of another container: see GpuDeviceRelease for what is concluded.
//
// Invariants:
// - No reading takes longer than its limit, and a failed one never fails the start: the release is then not verified.
// - An observation lasts as long as its tree: a second reap of the tree checks the same devices.
// - The monitor is the one of the asynchronous flow in which the observation was created, whichever thread reaps.
// https://docs.kernel.org/gpu/drm-usage-stats.html, https://docs.nvidia.com/deploy/nvml-api/

/// <summary>Which GPUs a tree uses, and what they held before. For several threads.</summary>
internal sealed class GpuObservation
{
    /// <summary>The limit of the readings while the server runs: the driver is in use then, and answers at once if it works.</summary>
    private static readonly TimeSpan LongestReading = TimeSpan.FromSeconds(2), ShortestReading = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestBaseline = TimeSpan.FromSeconds(30);
    private readonly object _gate = new();
    private readonly GpuMonitor _monitor;
    private readonly IProcessPlatform _platform;
    private readonly long? _headroom;
    private readonly GpuTree _tree;
    private readonly Dictionary<string, GpuDeviceRelease> _devices = [];
    private volatile GpuReading? _baseline;
    private string? _baselineFailure;

    private GpuObservation(GpuMonitor monitor, IProcessPlatform platform, long? headroom) =>
        (_monitor, _platform, _headroom, _tree) = (monitor, platform, headroom, new GpuTree(platform));

    public GpuMonitor Monitor => _monitor;

    /// <summary>The reading before the launch; null if none was made.</summary>
    public GpuReading? Baseline => _baseline;

    /// <summary>The devices whose release is a condition.</summary>
    public IReadOnlyList<GpuDeviceRelease> Devices
    {
        get
        {
            lock (_gate)
            {
                return [.. _devices.Values];
            }
        }
    }

    /// <summary>Why the devices that the tree may have used are unknown; null if they are known or it used none.</summary>
    public string? Unobserved { get; private set; }

    /// <summary>The most bytes that a reading saw the tree hold on all devices together; null if none could see it.</summary>
    public long? PeakTreeMemory { get; private set; }

    /// <summary>For a tree that was started elsewhere.</summary>
    public static GpuObservation WithoutBaseline(GpuMonitor monitor, IProcessPlatform platform) => new(monitor, platform, headroom: null);

    /// <summary>Takes the baseline, before the launch of a tree. Blocks the calling thread.</summary>
    /// <param name="monitor">The readings.</param>
    /// <param name="platform">The operating system.</param>
    /// <param name="leased">The UUIDs of devices whose release is a condition whether or not the tree is seen on them.</param>
    /// <param name="headroom">See <see cref="GpuRequirement.Headroom"/>.</param>
    /// <param name="limit">The longest time for the reading; never more than 30 s.</param>
    /// <param name="logger">Gets a warning if the reading fails.</param>
    public static GpuObservation Begin(
        GpuMonitor monitor, IProcessPlatform platform, IReadOnlyList<string> leased, long? headroom, TimeSpan limit, ILogger logger)
    {
        var observation = new GpuObservation(monitor, platform, headroom);
        if (observation.NeedsBaseline(leased))
        {
            observation.SetBaseline(monitor.Read(Durations.Shorter(limit, LongestBaseline)), leased, logger);
        }

        return observation;
    }

    /// <summary>As <see cref="Begin"/>, without blocking the caller: a cold driver takes seconds.</summary>
    public static async Task<GpuObservation> BeginAsync(
        GpuMonitor monitor,
        IProcessPlatform platform,
        IReadOnlyList<string> leased,
        long? headroom,
        TimeSpan limit,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var observation = new GpuObservation(monitor, platform, headroom);
        if (observation.NeedsBaseline(leased))
        {
            var reading = GpuReader.ReadAsync(monitor, Durations.Shorter(limit, LongestBaseline));
            observation.SetBaseline(await reading.WaitAsync(cancellationToken).ConfigureAwait(false), leased, logger);
        }

        return observation;
    }

    /// <summary>Records the devices that a ready server uses. Takes 2 s at most.</summary>
    public async Task ObserveReadyAsync(IReadOnlyList<TreeMember> living, CancellationToken cancellationToken)
    {
        if (_monitor.HasDriver && (IsKnown || _monitor.Roots.HasMemoryNumbers || HasDeviceOpen(living)))
        {
            var reading = GpuReader.ReadAsync(_monitor, LongestReading);
            Add(await reading.WaitAsync(cancellationToken).ConfigureAwait(false), living);
        }
    }

    /// <summary>Records the devices that the tree uses, before its first signal.</summary>
    /// <param name="living">The living processes of the tree.</param>
    /// <param name="hasEnded">Whether a root has exited by itself.</param>
    /// <param name="limit">The time that the reap has; the reading takes a quarter of it, within 0.25 to 2 s.</param>
    public void ObserveBeforeReap(IReadOnlyList<TreeMember> living, bool hasEnded, TimeSpan limit)
    {
        if (!_monitor.HasDriver || !(IsKnown ? living.Count > 0 : MayUseDevice(living) || (hasEnded && Baseline?.Devices.Count > 0)))
        {
            return;
        }

        var quarter = limit / 4;
        var reading = _monitor.Read(quarter < ShortestReading ? ShortestReading : Durations.Shorter(quarter, LongestReading));
        Add(reading, living);
        Unobserved = IsKnown ? null
            : reading.Devices.Count == 0 && GpuText.Join(reading.Faults) is { } faults
            ? $"the tree may have used GPUs, but the devices that it used could not be determined: {faults}"
            : hasEnded ? DescribeGrowth(reading) : null;
    }

    /// <summary>Adds processes that were found during the reap.</summary>
    public void AddMembers(IEnumerable<TreeMember> members)
    {
        lock (_gate)
        {
            _tree.Add(members);
        }
    }

    private bool IsKnown => Devices.Count > 0;

    // A server that has ended is on no list any more. Another user of the device, invisible from here, would look the same.
    private string? DescribeGrowth(GpuReading reading)
    {
        lock (_gate)
        {
            var grown = reading.Devices
                .Select(device => CreateRelease(device, reading))
                .Select(release => (release.Name, Judgement: release.Judge(reading)))
                .Where(pair => pair.Judgement.Verdict == GpuVerdict.Held)
                .Select(pair => $"{pair.Name} is held by {pair.Judgement.Detail}")
                .ToList();
            return grown.Count == 0 ? null
                : $"a process of the tree had ended before it could be seen on a GPU, and {string.Join("; ", grown)}";
        }
    }

    // Other drivers report no used memory of a device. The 0.2 s for the helper process would be spent on nothing.
    private bool NeedsBaseline(IReadOnlyList<string> leased) =>
        _monitor.HasDriver && (leased.Count > 0 || _monitor.Roots.HasMemoryNumbers);

    // Where NVIDIA's devices have no files, only the driver's list shows which processes use them.
    private bool MayUseDevice(IReadOnlyList<TreeMember> living) =>
        (Baseline?.Devices.Any(device => device.Vendor == GpuVendor.Nvidia) == true && !_monitor.Roots.HasNvidiaFiles)
        || HasDeviceOpen(living);

    private bool HasDeviceOpen(IReadOnlyList<TreeMember> living) =>
        _platform.Processes.OpenPaths([.. living.Select(member => member.Identity.Pid)])
            .Any(paths => paths is null || paths.Any(_monitor.Roots.IsDeviceFile));

    private void SetBaseline(GpuReading reading, IReadOnlyList<string> leased, ILogger logger)
    {
        lock (_gate)
        {
            _baseline = reading;
            if (reading.Devices.Count == 0 && GpuText.Join(reading.Faults) is { } failure)
            {
                _baselineFailure = $"the reading before the launch failed: {failure}";
                logger.LogWarning(
                    "The memory of the GPUs before the launch could not be read, so its release will not be verified: {Reason}.", failure);
            }

            foreach (var uuid in leased)
            {
                var unknown = new GpuDevice { Uuid = uuid, Vendor = GpuVendor.Other, Index = 0 };
                Watch(reading.Devices.FirstOrDefault(device => device.Uuid == uuid) ?? unknown, reading);
            }
        }
    }

    private void Add(GpuReading reading, IReadOnlyList<TreeMember> living)
    {
        lock (_gate)
        {
            _tree.Add(living);
            PeakTreeMemory = GpuTreeMemory.Larger(PeakTreeMemory, GpuTreeMemory.In(reading, _tree, _monitor.Roots));
            foreach (var device in reading.Devices.Where(device => IsUsed(device, reading, living)))
            {
                Watch(device, reading);
            }
        }
    }

    private bool IsUsed(GpuDevice device, GpuReading reading, IReadOnlyList<TreeMember> living)
    {
        var holders = reading.AllHoldersOf(device.Uuid).ToList();
        if (!GpuDeviceRelease.HasForeignPids(device, _monitor.Roots))
        {
            return holders.Exists(holder => _tree.Contains(holder.Pid));
        }

        var before = _baseline?.AllHoldersOf(device.Uuid).Select(holder => holder.Pid).ToHashSet();
        return holders.Exists(holder => holder.IsVisible ? _tree.Contains(holder.Pid) : before?.Contains(holder.Pid) == false)
            && HasDeviceOpen(living);
    }

    // A device that a complete baseline does not have is new, such as a MIG instance: then the baseline is estimated, too.
    private void Watch(GpuDevice device, GpuReading reading)
    {
        if (!_devices.ContainsKey(device.Uuid))
        {
            _devices.Add(device.Uuid, CreateRelease(device, reading));
        }
    }

    private GpuDeviceRelease CreateRelease(GpuDevice device, GpuReading reading)
    {
        var baseline = _baseline is null ? null : GpuBaseline.From(_baseline, device.Uuid);
        var why = _baselineFailure;
        if (baseline is null && why is null && _baseline?.Devices.Any(known => known.Uuid == device.Uuid) != true)
        {
            var isMeasured = reading.AllHoldersOf(device.Uuid).All(holder => holder.Bytes is not null || !_tree.Contains(holder.Pid));
            baseline = isMeasured ? GpuBaseline.From(reading, device.Uuid) : null;
            why = "the memory before the launch is not known, and the driver does not report that of the tree's processes";
        }

        return new GpuDeviceRelease(device, baseline, why, _headroom, _tree, _monitor.Roots);
    }
}
