using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Leaks;

/// <summary>Kills the processes that a class left, so that the next class does not fail for them.</summary>
internal static class LeakKill
{
    private static readonly ReapOptions Immediate = new() { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(10) };

    /// <param name="platform">The operating system.</param>
    /// <param name="left">The processes to kill, with their descendants.</param>
    /// <param name="trees">The trees among them that TestReaper started; each kills itself first.</param>
    /// <param name="mayStay">Whether a process is spared with its descendants, including those that it forks during the kill.</param>
    /// <returns>Null if everything is gone, else the failures.</returns>
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

        var request = new ReapRequest(platform, rest, Immediate, NullLogger.Instance, TimeProvider.System);
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
