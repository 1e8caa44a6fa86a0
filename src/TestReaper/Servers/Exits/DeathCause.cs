using TestReaper.Platform;
using TestReaper.Servers.Causes;

namespace TestReaper.Servers.Exits;

/// <summary>
/// The cause of a server's death. It is searched for as soon as the root has ended, on a thread of its own: the counters of the server's
/// cgroup are gone after its reap.
/// </summary>
internal sealed class DeathCause(ServerLifetime run, IProcessPlatform platform)
{
    // The search itself takes up to five seconds, and the counters are read at its beginning.
    private static readonly TimeSpan SearchLimit = TimeSpan.FromSeconds(5), ReapDelay = TimeSpan.FromSeconds(1);
    private readonly object _gate = new();
    private Task<FailureCause>? _search;
    private long _start;

    /// <summary>Begins the search; once. Without a thread for it the cause is not found.</summary>
    public Task<FailureCause> Begin()
    {
        lock (_gate)
        {
            if (_search is null)
            {
                var found = new TaskCompletionSource<FailureCause>(TaskCreationOptions.RunContinuationsAsynchronously);
                (_search, _start) = (found.Task, Stopwatch.GetTimestamp());
                if (BackgroundThread.TryStart("TestReaper cause of a death", () => Search(found)) is null)
                {
                    found.SetCanceled();
                }
            }

            return _search;
        }
    }

    /// <summary>Delays a reap for a moment if the search is under way.</summary>
    public void WaitBeforeReap() => Wait(ReapDelay);

    /// <returns>Null if it is not found in time.</returns>
    public FailureCause? Find()
    {
        Begin();
        return Wait(Durations.ZeroIfNegative(SearchLimit - Stopwatch.GetElapsedTime(_start)));
    }

    private FailureCause? Wait(TimeSpan limit)
    {
        var search = Begin();
        return Task.WaitAny([search], limit) == 0 && search.IsCompletedSuccessfully ? search.Result : null;
    }

    private void Search(TaskCompletionSource<FailureCause> found)
    {
        try
        {
            // The last line often has the reason of the exit.
            run.ReadOutputAsync().Wait(ServerLifetime.OutputTimeout);
            found.SetResult(CauseFinder.Find(run, platform));
        }
        catch (Exception)
        {
            // The cause stays unknown. An exception of this task might never be observed.
            found.TrySetCanceled();
        }
    }
}
