using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Leaks;

/// <summary>Ends what a class left, so that the next one does not fail for it.</summary>
internal static class LeakKill
{
    private static readonly ReapOptions AtOnce = new() { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(10) };

    /// <param name="platform">The operating system.</param>
    /// <param name="left">What is to be killed, with all below.</param>
    /// <param name="trees">Those of it that know more of themselves.</param>
    /// <param name="mayStay">Names what may stay with all below it, also what it forks meanwhile.</param>
    /// <returns>Null if all of it is gone, else why not.</returns>
    public static async Task<string?> RunAsync(
        IProcessPlatform platform, IReadOnlyList<ProcessEntry> left, IReadOnlyList<LiveTree> trees, Func<ProcessEntry, bool> mayStay)
    {
        var failures = new List<string>();
        foreach (var tree in trees)
        {
            await CollectAsync(tree.KillAsync, failures).ConfigureAwait(false);
        }

        var mask = ProcessSecrets.MaskOf(platform, left.Select(entry => entry.Pid));
        using var rest = new TreeTracker(platform, scope: null) { Spare = mayStay };
        foreach (var entry in left)
        {
            rest.AddRoot(entry.Identity);
        }

        var request = new ReapRequest(platform, rest, AtOnce, NullLogger.Instance, TimeProvider.System);
        await CollectAsync(() => ReapPipeline.RunAsync(request, CancellationToken.None), failures).ConfigureAwait(false);
        return failures.Count == 0 ? null : string.Join(Environment.NewLine, failures);
    }

    private static async Task CollectAsync(Func<Task> kill, List<string> failures)
    {
        try
        {
            await kill().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failures.Add(error.Message);
        }
    }
}
