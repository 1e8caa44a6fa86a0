using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Leaks;

/// <summary>Ends what a class left, so that the next one does not fail for it.</summary>
internal static class LeakKill
{
    private static readonly ReapOptions AtOnce = new() { GracePeriod = TimeSpan.Zero, Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Null if all of it is gone, else why not.</summary>
    public static async Task<string?> RunAsync(IProcessPlatform platform, IReadOnlyList<ProcessEntry> left, IReadOnlyList<LiveTree> trees)
    {
        var failures = new List<string>();
        foreach (var tree in trees)
        {
            await CollectAsync(tree.KillAsync, failures).ConfigureAwait(false);
        }

        using var rest = new TreeTracker(platform, scope: null);
        foreach (var entry in left)
        {
            rest.AddRoot(entry.Identity);
        }

        await CollectAsync(
            () => ReapThread.RunAsync(platform, rest, AtOnce, SecretMask.OfThisProcess(), NullLogger.Instance, TimeProvider.System, CancellationToken.None), failures).ConfigureAwait(false);
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
