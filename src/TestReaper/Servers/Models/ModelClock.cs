using TestReaper.Platform;

namespace TestReaper.Servers.Models;

/// <summary>The clock of one step: cancels the work at the timeout, and says what the timeout means.</summary>
internal static class ModelClock
{
    /// <exception cref="TimeoutException">The work was cancelled by the clock.</exception>
    public static async Task<T> RunAsync<T>(
        TimeSpan timeout, Func<CancellationToken, Task<T>> work, Func<string> explain, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return await work(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException error) when (limit.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException(explain(), error);
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">A time span is out of its range.</exception>
    public static void Check(TimeSpan timeout, TimeSpan progressInterval)
    {
        Durations.RequireFinite(timeout, nameof(ModelStoreOptions.Timeout), allowZero: false);
        Durations.RequireFinite(progressInterval, nameof(ModelStoreOptions.ProgressInterval), allowZero: false);
    }
}
