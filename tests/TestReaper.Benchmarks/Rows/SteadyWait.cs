using System.Diagnostics;
using System.Globalization;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Benchmarks.Rows;

/// <summary>The memory that a wait allocates while no process exits.</summary>
internal static class SteadyWait
{
    public const string What = "allocations of a steady-state wait";

    private const int Waits = 100;
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(20);

    public static Target Measure(Toolbox tools)
    {
        using var process = Process.Start(new ProcessStartInfo(tools.Tree, ["wide", "1"]) { RedirectStandardOutput = true })!;
        try
        {
            if (ProcFs.TryRead(process.Id, out var entry) != ReadOutcome.Read)
            {
                throw new InvalidOperationException("The process that the wait needs cannot be read.");
            }

            using var handle = LinuxProcessHandle.Open(entry.Identity);
            using var watch = EpollExitWatch.TryCreate()!;
            watch.Add(handle);
            watch.WaitForAll(Slice);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < Waits; i++)
            {
                watch.WaitForAll(Slice);
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return new Target(
                What,
                "none",
                string.Create(CultureInfo.InvariantCulture, $"{allocated} bytes in {Waits} waits of {Slice.TotalMilliseconds:0} ms"),
                allocated == 0);
        }
        finally
        {
            process.Kill();
            process.WaitForExit();
        }
    }
}
