using TestReaper.Reaping.Release;

namespace TestReaper.Reaping;

/// <summary>
/// A whole reap: scan, stop, kill, release. It runs on one thread, which sleeps in the kernel between the steps, and awaits
/// nothing: no synchronization context and no starved pool can hold it up.
/// </summary>
internal sealed class ReapPipeline(ReapRequest request)
{
    private const string ThreadName = "TestReaper reap";
    /// <summary>Reaps on a thread of its own.</summary>
    /// <param name="request">What to reap.</param>
    /// <param name="endGrace">Ends the grace period, not the reap.</param>
    public static Task<ReapReport> RunAsync(ReapRequest request, CancellationToken endGrace) =>
        StandbyThread.Run(null, ThreadName, () => new ReapPipeline(request).Run(endGrace));

    /// <exception cref="ReapTimeoutException">
    /// Something is left, or its absence could not be proved, or something is still held.
    /// </exception>
    public ReapReport Run(CancellationToken endGrace)
    {
        var clock = new ReapClock(request.Time);
        var report = ReapProcesses(endGrace);
        IReleaseCheck[] checks =
        [
            .. request.Checks,
            .. request.Options.LockFiles.Select(file => new LockRelease(file, request.Platform, request.Tree.Mask)),
            .. request.Tree.LeftMemory()
                .Select(left => new SharedMemoryRelease(left, request.Options.RemoveSharedMemory, request.Platform)),
        ];
        if (checks.Length == 0)
        {
            return report;
        }

        report = report.With(ReleaseWait.Run(checks, request.Options.ReleaseTimeout, request.Time), clock.Now);
        return report.Releases.Any(release => release.Verdict == ReleaseVerdict.Held) ? throw ReapFailure.NotReleased(report) : report;
    }

    private ReapReport ReapProcesses(CancellationToken endGrace)
    {
        using var session = new ReapSession(request);
        using var registration = endGrace.UnsafeRegister(static session => ((ReapSession)session!).EndGrace(), session);

        // Before any signal: a launcher that exits on SIGTERM takes with it the parent links that lead to its children.
        session.Scan();
        new StopPhase(session).Run();
        new KillPhase(session).Run();
        return session.Record.ToReport().With(SparedProcess.FromTree(request.Tree, request.Platform, request.Tree.Mask));
    }
}
