using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Secrets;
using TestReaper.Servers.Recording;
using TestReaper.Servers.Starting;

namespace TestReaper.Leaks;

/// <summary>Records what leaked processes do, before they are killed.</summary>
internal static class LeakRecording
{
    /// <returns>The file; null if nothing could be recorded, or the servers of all of them refuse it.</returns>
    public static async Task<string?> RunAsync(
        IProcessPlatform platform, string name, IReadOnlyList<ProcessEntry> left, IReadOnlyList<LiveTree> trees)
    {
        var refused = trees.Where(tree => !tree.Tree.HasFlightRecorder)
            .SelectMany(tree => tree.Tree.Members.Select(member => member.Identity)).ToHashSet();
        ProcessIdentity[] recorded = [.. left.Select(entry => entry.Identity).Where(identity => !refused.Contains(identity))];
        if (recorded.Length == 0)
        {
            return null;
        }

        var mask = LiveTrees.All.Concat(trees).Aggregate(SecretMask.OfThisProcess(), (mask, tree) => mask.With(tree.Tree.Mask));
        var request = new RecordingRequest(platform, recorded, mask, FileFor(name), $"{name} has ended, but these processes still run.");
        return await FlightRecorder.RecordAsync(request).ConfigureAwait(false);
    }

    private static string FileFor(string name)
    {
        var time = TimeProvider.System.GetLocalNow();
        var unique = Guid.NewGuid().ToString("N")[..8];
        return Path.GetFullPath(Path.Combine(
            ServerLog.DefaultDirectory,
            string.Create(CultureInfo.InvariantCulture, $"{SafeFileName.Create(name)}-{time:yyyyMMdd-HHmmss}-{unique}.stacks.txt")));
    }
}
