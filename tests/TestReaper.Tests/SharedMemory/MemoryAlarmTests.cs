using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.Sampling;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.SharedMemory;

/// <summary>A worker creates a segment and exits between two samples.</summary>
public sealed class MemoryAlarmTests : SharedMemoryTest
{
    [SkippableFact(Timeout = 30_000)]
    public async Task A_segment_is_found_even_if_its_only_user_exits_before_any_sample()
    {
        var (name, foreign) = (NewName(), NewName());
        var platform = ProcessPlatform.Current;

        // The creator lives for three seconds: objects of other tests may delay the scan that the alarm starts.
        string[] seconds = [.. Enumerable.Repeat("later", 60)];
        using var root = Process.Start(new ProcessStartInfo(MemoryProgram.Require(), ["wait", "child", "create", name, .. seconds, "end"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            Assert.Equal("waiting", await root.StandardOutput.ReadLineAsync());
            Assert.Equal(ReadOutcome.Read, platform.Processes.TryRead(root.Id, out var entry));
            using var tree = new TreeTracker(platform, scope: null);
            tree.AddRoot(entry.Identity);
            var (scan, isOver) = (new SharedScan(platform), false);
            var alarm = new MemoryAlarm(platform.SharedMemory!, () =>
            {
                if (!Volatile.Read(ref isOver))
                {
                    scan.Run([tree], _ => true, TimeSpan.FromSeconds(1));
                }

                return false;
            });
            new Thread(alarm.Run) { IsBackground = true }.Start();
            await alarm.Watching;
            Stop(await NeighbourAsync("touch", foreign));

            await root.StandardInput.WriteAsync('x');
            await root.StandardInput.FlushAsync();
            Assert.Equal("ready", await root.StandardOutput.ReadLineAsync());

            Volatile.Write(ref isOver, true);
            Assert.EndsWith(name, Assert.Single(tree.Memory.FindLeftovers()).Item.Key.Name, StringComparison.Ordinal);
        }
        finally
        {
            Stop(root);
        }
    }
}
