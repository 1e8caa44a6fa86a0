using TestReaper.Platform;
using TestReaper.Reaping;
using TestReaper.Servers.Causes;

namespace TestReaper.Servers.Exits;

/// <summary>
/// The cause of a server's death. It is searched for as soon as the root has ended, on a thread of its own: the counters of the server's
/// cgroup are gone after its reap.
/// </summary>
internal sealed class DeathCause(ServerLifetime run, IProcessPlatform platform)
{
    // The search itself takes up to four seconds, and the counters are read at its beginning.
    private static readonly TimeSpan SearchLimit = TimeSpan.FromSeconds(5), ReapDelay = TimeSpan.FromSeconds(1);
    private readonly object _gate = new();
    private Task<FailureCause>? _search;

    /// <summary>Begins the search; once.</summary>
    public Task<FailureCause> Begin()
    {
        lock (_gate)
        {
            return _search ??= StandbyThread.Run(null, "TestReaper cause of a death", Search);
        }
    }

    /// <summary>Delays a reap for a moment if the search is under way.</summary>
    public void WaitBeforeReap() => Wait(ReapDelay);

    /// <returns>Null if it is not found in time.</returns>
    public FailureCause? Find() => Wait(SearchLimit);

    private FailureCause? Wait(TimeSpan limit)
    {
        var search = Begin();
        return Task.WaitAny([search], limit) == 0 && search.IsCompletedSuccessfully ? search.Result : null;
    }

    private FailureCause Search()
    {
        // The last line often has the reason of the exit.
        run.ReadOutputAsync().Wait(ServerLifetime.OutputTimeout);
        return CauseFinder.Find(run, platform);
    }
}
