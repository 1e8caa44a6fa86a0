using TestReaper.Platform;
using TestReaper.Reaping;
using TestReaper.Secrets;

namespace TestReaper.Fixtures;

/// <summary>Runs the stopping hook of a fixture. The hook and the server share the grace period.</summary>
internal static class StoppingHook
{
    // Enough for a hook to react to the cancelled token, also on a busy machine.
    private static readonly TimeSpan CancellationAllowance = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs the hook, and abandons it when the grace period is over.</summary>
    /// <returns>The rest of the grace period, for the server.</returns>
    public static TimeSpan Run(
        string fixture, Func<CancellationToken, Task> hook, TimeSpan gracePeriod, Func<SecretMask> createMask, List<Exception> failures)
    {
        var start = Stopwatch.GetTimestamp();
        var over = new CancellationTokenSource();
        var task = Task.Run(() => hook(over.Token));
        if (Task.WaitAny([task], gracePeriod) < 0)
        {
            over.CancelQuietly();
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
}
