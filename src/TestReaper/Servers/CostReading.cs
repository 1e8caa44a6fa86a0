using TestReaper.Platform;

namespace TestReaper.Servers;

// Constraint: what a process used is gone with it. The kernel keeps sums only for a cgroup, which is removed after the reap. memory.peak
// needs the memory controller, which most test hosts cannot enable for a cgroup below their own.
//
// Scheme: before the first signal, the high-water marks of the living processes (VmHWM, of 16 at most, so that a large tree costs nothing).
// After the reap, and before the cgroup is removed: its counters; where it has none, what the scans saw, and the rusage of the root. The
// scans read CPU time and resident memory anyway. Costs: two files, and one for each living process.
//
// Invariant: a number that was not measured is null, never an estimate. All numbers but those of the cgroup are lower bounds.
// https://docs.kernel.org/admin-guide/cgroup-v2.html, proc_pid_status(5), getrusage(2)

/// <summary>Measures what a server cost, around its reap. Create it before the first signal.</summary>
internal sealed class CostReading
{
    private const int MaxMarks = 16;
    private readonly ServerLifetime _run;
    private readonly IProcessPlatform _platform;
    private readonly long _highWaterMark;
    private long _reapStart;

    public CostReading(ServerLifetime run, IProcessPlatform platform)
    {
        (_run, _platform) = (run, platform);
        _highWaterMark = run.LivingMembers.Take(MaxMarks).Select(ReadHighWaterMark).DefaultIfEmpty().Max();
    }

    /// <summary>The pipeline of the reap begins: its report counts from here.</summary>
    public void BeginReap() => _reapStart = Stopwatch.GetTimestamp();

    /// <summary>Adds cost and timeline to the report of the reap, before the container is removed and the root is collected.</summary>
    public void AddTo(ReapReport report)
    {
        report.Cost = Measure();
        report.Timeline = _run.Timeline.ToTimeline(_run.Output, _reapStart, report);
    }

    private ServerCost Measure()
    {
        var counted = _run.Child.Containment.Container is { } container && !_run.Tree.HasSpared ? container.ReadUsage() : default;
        var seen = _run.Tree.Usage;
        var memory = Math.Max(seen.PeakResidentBytes, _highWaterMark);
        var (cpu, cpuSource) = counted.CpuTime is { } exact ? (exact, CostSource.CGroup)
            : _run.Child.PeekCpuTime() is { } waited && waited >= seen.CpuTime ? (waited, CostSource.ResourceUsage)
            : (seen.CpuTime, CostSource.Samples);
        var memorySource = counted.PeakMemory is not null ? CostSource.CGroup : memory > 0 ? CostSource.Samples : CostSource.NotMeasured;
        return new ServerCost
        {
            PeakMemory = counted.PeakMemory ?? (memory > 0 ? memory : null),
            PeakMemorySource = memorySource,
            CpuTime = cpuSource == CostSource.Samples && cpu == TimeSpan.Zero ? null : cpu,
            CpuTimeSource = cpuSource == CostSource.Samples && cpu == TimeSpan.Zero ? CostSource.NotMeasured : cpuSource,
            PeakGpuMemory = _run.Gpu.PeakTreeMemory,
            PeakGpuMemorySource = _run.Gpu.PeakTreeMemory is null ? CostSource.NotMeasured : CostSource.GpuDriver,
        };
    }

    // A handle that is not gone after the read proves that the pid was its own all the time.
    private long ReadHighWaterMark(Processes.TreeMember member) =>
        _platform.Processes.PeakResidentBytes(member.Identity.Pid) is { } bytes && !member.Handle.IsGone() ? bytes : 0;
}
