using TestReaper.Platform;
using TestReaper.Reaping;
using TestReaper.Secrets;

namespace TestReaper.Fixtures;

/// <summary>Runs the stopping hook of a fixture. The hook and the server share the grace period.</summary>
internal static class StoppingHook
{
    // Enough for a hook to react to the cancelled token, also on a busy machine.
    private static readonly TimeSpan CancellationAllowance = TimeSpan.FromSeconds(2);

    /// <summary>Runs the hook on its own thread, which blocked tests do not delay. Abandons it when the grace period is over.</summary>
    /// <returns>The rest of the grace period, for the server.</returns>
    public static TimeSpan Run(
        string fixture, Func<CancellationToken, Task> hook, TimeSpan gracePeriod, Func<SecretMask> createMask, List<Exception> failures)
    {
        var start = Stopwatch.GetTimestamp();
        var over = new CancellationTokenSource();
        var task = StandbyThread.Run(null, $"{fixture} stopping hook", () => hook(over.Token)).Unwrap();
        if (Task.WaitAny([task], gracePeriod) < 0)
        {
            CancelOnOwnThread(over, fixture);
            Task.WaitAny([task], CancellationAllowance);
        }

        if (!task.IsCompleted || (task.IsCanceled && over.IsCancellationRequested))
        {
            failures.Add(new TimeoutException(
                $"OnStoppingAsync of {fixture} did not complete within the grace period of {ReapReportText.Seconds(gracePeriod)} " +
                "and was abandoned. Let it stop when its token is cancelled, or raise ReapOptions.GracePeriod."));
        }
        else if (!task.IsCompletedSuccessfully)
        {
            var error = task.Exception?.InnerException ?? new OperationCanceledException();
            var mask = createMask();
            failures.Add(new InvalidOperationException(
                $"OnStoppingAsync of {fixture} failed: {mask.Describe(error)}", mask.Mask(error)));
        }

        return Durations.ZeroIfNegative(gracePeriod - Stopwatch.GetElapsedTime(start));
    }

    // The callbacks of a token that is cancelled with CancelAsync wait for the thread pool, which blocked tests may occupy.
    private static void CancelOnOwnThread(CancellationTokenSource source, string fixture) =>
        _ = StandbyThread.Run(null, $"{fixture} cancellation", () => Cancel(source));

    private static bool Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException)
        {
            // A callback of the hook failed. The hook itself says how it ended.
        }

        return true;
    }
}
