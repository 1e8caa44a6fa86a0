using System.Collections.Concurrent;
using TestReaper.Processes;

namespace TestReaper.Reaping;

/// <summary>
/// The reaps that failed because the memory of a GPU did not come back. A test may catch the exception of its reap, and the processes are
/// gone by then, so nothing else would fail its class. A failure stays until it is reported, or until another reap of the tree succeeds.
/// </summary>
internal static class GpuLeaks
{
    private static readonly ConcurrentDictionary<TreeTracker, Leak> Leaks = [];

    /// <summary>Adds the failure of a reap. Does nothing if no GPU failed it.</summary>
    public static void Add(TreeTracker tree, TreeOwner? owner, ReapTimeoutException? failure)
    {
        if (failure?.Report.FailedGpus.Count > 0)
        {
            Leaks[tree] = new Leak(owner, failure);
        }
    }

    /// <summary>The tree was reaped, and what it held is free.</summary>
    public static void Remove(TreeTracker tree) => Leaks.TryRemove(tree, out _);

    /// <summary>Removes failures that are reported to the user in another way. Their inner exceptions count, too.</summary>
    public static void RemoveReported(IEnumerable<Exception> reported)
    {
        var all = reported.SelectMany(WithInner).ToHashSet();
        foreach (var (tree, leak) in Leaks)
        {
            if (all.Contains(leak.Failure))
            {
                Leaks.TryRemove(new(tree, leak));
            }
        }
    }

    /// <summary>Takes the failures of an owner; null takes those of all owners.</summary>
    public static IReadOnlyList<ReapTimeoutException> Take(TreeOwner? owner)
    {
        var taken = new List<ReapTimeoutException>();
        foreach (var (tree, leak) in Leaks)
        {
            if ((owner is null || leak.Owner == owner) && Leaks.TryRemove(new(tree, leak)))
            {
                taken.Add(leak.Failure);
            }
        }

        return taken;
    }

    private static IEnumerable<Exception> WithInner(Exception error) => error switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(WithInner).Prepend(error),
        { InnerException: { } inner } => WithInner(inner).Prepend(error),
        _ => [error],
    };

    private sealed record Leak(TreeOwner? Owner, ReapTimeoutException Failure);
}
