namespace TestReaper.Reaping;

/// <summary>Cancels a token that user code has. A callback that throws on a timer's thread (CancelAfter) would end the process.</summary>
internal static class QuietCancellation
{
    /// <summary>Runs the callbacks on the thread pool, does not wait for them, and ignores their exceptions.</summary>
    public static void CancelQuietly(this CancellationTokenSource source) => _ = source.CancelAsync().ContinueWith(
        static done => done.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
