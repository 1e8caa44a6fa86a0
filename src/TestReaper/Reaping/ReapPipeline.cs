using TestReaper.Gpu;
using TestReaper.Processes;
using TestReaper.Reaping.Release;

namespace TestReaper.Reaping;

/// <summary>A whole reap, in five phases: scan, stop, record, kill, release. Only a stop that hangs is recorded.</summary>
/// <remarks>
/// Constraint. A reap runs when the test host is in trouble: tests block the whole thread pool, a synchronization context is busy, the
/// machine is out of process ids or descriptors. Nothing of that may delay or prevent the kill. And the sum of the timeouts of
/// <see cref="ReapOptions"/> and of the limit of a recording is an upper bound for the call, whatever the kernel or a driver does.
/// <para>The phases, in order:</para>
/// <list type="number">
/// <item>Scan (<see cref="ReapSession.Scan"/>). Before any signal: a launcher that exits on SIGTERM takes with it the parent links that
/// lead to its children (https://github.com/sgl-project/sglang/issues/35507).</item>
/// <item>Stop (<see cref="StopPhase"/>), up to <see cref="ReapOptions.GracePeriod"/>: SIGTERM to the root, a drain, SIGTERM to the rest.
/// Cancellation ends this phase, never the reap.</item>
/// <item>Record (<see cref="ReapSession.RecordHang"/>), up to 10 s, only if the grace period has passed by itself and the caller records:
/// what the members do that did not stop. The tree is scanned meanwhile. Cancellation ends this phase, too.</item>
/// <item>Kill (<see cref="KillPhase"/>), up to <see cref="ReapOptions.Timeout"/>: SIGKILL and rescans until the tree is proved
/// empty.</item>
/// <item>Release (<see cref="ReleaseWait"/>), up to <see cref="ReapOptions.ReleaseTimeout"/>: ports, locks and shared memory are free
/// again, see <see cref="IReleaseCheck"/>. At the same time, up to <see cref="ReapOptions.GpuReleaseTimeout"/>: the memory of GPUs
/// (<see cref="GpuRelease"/>).</item>
/// </list>
/// <para>
/// Invariants. (1) All phases run on one thread, which sleeps in the kernel in between and awaits nothing. The thread of a server is
/// created with the server (<see cref="ReapStandby"/>). Only a recording and the wait for GPUs have another thread, where the system gives
/// one.
/// (2) Release conditions are checked only when the tree is proved empty. (3) A reap that ran and could not succeed throws
/// <see cref="ReapTimeoutException"/> with the report up to then; another exception means that it could not run. The same tree can be
/// reaped again.
/// </para>
/// <para>The model is kill_process_tree of sglang: https://github.com/sgl-project/sglang/pull/26964.</para>
/// </remarks>
internal sealed class ReapPipeline(ReapRequest request)
{
    /// <summary>Reaps on a new thread. The token ends the grace period, not the reap.</summary>
    public static Task<ReapReport> RunAsync(ReapRequest request, CancellationToken endGrace) =>
        StandbyThread.Run(null, ReapStandby.ThreadName, () => new ReapPipeline(request).Run(endGrace));

    /// <summary>Reaps on the calling thread.</summary>
    /// <exception cref="ReapTimeoutException">A process is left, its absence could not be proved, or a resource is still held.</exception>
    public ReapReport Run(CancellationToken endGrace)
    {
        var clock = new ReapClock(request.Time);
        var report = ReapProcesses(endGrace);
        var gpus = GpuRelease.TryBegin(request);
        var checks = ReleaseChecks();
        if (checks.Length == 0 && gpus is null)
        {
            return report;
        }

        var conditions = checks.Length == 0 ? [] : ReleaseWait.Run(checks, request.Options.ReleaseTimeout, request.Time);
        IReadOnlyList<GpuFailedRelease> failed = [];
        conditions = [.. conditions, .. gpus?.End(out failed) ?? []];
        report = ReapReportBuilder.AddReleases(report, conditions, clock.Now, failed);
        return report.IsFailure ? throw ReapFailure.NotReleased(report) : report;
    }

    private ReapReport ReapProcesses(CancellationToken endGrace)
    {
        using var session = new ReapSession(request);
        using var registration = endGrace.UnsafeRegister(static session => ((ReapSession)session!).EndGrace(), session);
        session.Scan();
        var hasEnded = request.Tree.Members.Any(member => member is { IsRoot: true, IsGone: true });
        request.Gpu.ObserveBeforeReap(session.Record.Living, hasEnded, request.Options.GracePeriod + request.Options.Timeout);
        var stop = new StopPhase(session);
        stop.Run();
        if (stop.HasHung)
        {
            session.RecordHang(endGrace);
        }

        new KillPhase(session).Run();
        CollectAdopted();
        return ReapReportBuilder.FromSession(session);
    }

    // Where this process adopts orphans, their zombies would occupy pids until it exits. The root is collected by its owner.
    private void CollectAdopted()
    {
        foreach (var member in Subreaper.Adopts ? request.Tree.Members : [])
        {
            if (member is { IsGone: true, IsRoot: false })
            {
                request.Platform.Children.CollectAdopted(member.Handle);
            }
        }
    }

    private IReleaseCheck[] ReleaseChecks() =>
    [
        .. request.Checks,
        .. request.Options.LockFiles.Select(file => new LockRelease(file, request.Platform, request.Tree.Mask)),
        .. request.Tree.Memory.FindLeftovers()
            .Concat(request.Tree.Memory.FindUnidentified(LiveTrees.All.Select(other => other.Tree.Memory)))
            .Select(left => new SharedMemoryRelease(left, request.Options.RemoveSharedMemory, request.Platform)),
    ];
}
