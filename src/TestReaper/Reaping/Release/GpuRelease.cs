using TestReaper.Gpu;
using TestReaper.Gpu.Release;

namespace TestReaper.Reaping.Release;

/// <summary>
/// The release of the GPUs that a tree used. It waits on a thread of its own, beside <see cref="ReleaseWait"/>: a query that hangs in the
/// driver must not delay the verdict about a port, and the memory of a GPU takes longer than a port.
/// </summary>
internal sealed class GpuRelease
{
    private const string ThreadName = "TestReaper GPU release";
    private readonly Task<IReadOnlyList<GpuReleaseResult>> _wait;

    private GpuRelease(Task<IReadOnlyList<GpuReleaseResult>> wait) => _wait = wait;

    /// <summary>Begins the wait. Null if the tree used no GPU.</summary>
    public static GpuRelease? TryBegin(ReapRequest request)
    {
        var (gpu, timeout) = (request.Gpu, request.Options.GpuReleaseTimeout);
        if (gpu.Devices.Count == 0)
        {
            return gpu.Unobserved is { } reason
                ? new GpuRelease(Task.FromResult<IReadOnlyList<GpuReleaseResult>>([Unobserved(reason)]))
                : null;
        }

        gpu.AddMembers(request.Tree.Members);
        var wait = new GpuReleaseWait(gpu, timeout, SafeLogger.Around(request.Logger));
        return new GpuRelease(StandbyThread.Run(null, ThreadName, wait.Run));
    }

    /// <summary>Waits for the end, and returns a condition for each device.</summary>
    public IReadOnlyList<ReleaseCondition> End(out IReadOnlyList<GpuFailedRelease> failed)
    {
        var results = EndWait();
        failed = [.. results.Select(result => result.Failure).OfType<GpuFailedRelease>()];
        return [.. results.Select(ToCondition)];
    }

    private static GpuReleaseResult Unobserved(string reason) =>
        new("GPU", GpuVerdict.NotVerified, reason, TimeSpan.Zero, Failure: null);

    private static ReleaseCondition ToCondition(GpuReleaseResult result) => new()
    {
        Resource = ReleaseResource.Gpu,
        Name = result.Name,
        Verdict = result.Verdict switch
        {
            GpuVerdict.Released => ReleaseVerdict.Released,
            GpuVerdict.Held => ReleaseVerdict.Held,
            _ => ReleaseVerdict.NotVerified,
        },
        Detail = result.Detail,
        Elapsed = result.Elapsed,
        IsFatal = result.Failure is not null,
        IsLost = result.IsLost,
    };

    // The processes are gone by now: an unexpected error must not turn their reap into one that could not run.
    private IReadOnlyList<GpuReleaseResult> EndWait()
    {
        try
        {
            return _wait.GetAwaiter().GetResult();
        }
        catch (Exception error)
        {
            return [new("GPU", GpuVerdict.NotVerified, $"the check failed: {error.Message}", TimeSpan.Zero, Failure: null)];
        }
    }
}
