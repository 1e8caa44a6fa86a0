using System.Diagnostics;
using System.Globalization;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Platform;

namespace TestReaper.Benchmarks.Rows;

/// <summary>How long the watchdog outlives a host that has reaped its server and ended.</summary>
internal static class WatchdogEnd
{
    public const string What = "the watchdog after the clean end of a host";

    /// <summary>The fresh host: the server, and a directory for its log.</summary>
    public const string Verb = "--clean-end";

    private const double LimitMs = 100;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<Target> MeasureAsync(Options options, Toolbox tools)
    {
        List<double> times = [];
        for (var i = 0; i < options.FreshHosts; i++)
        {
            times.Add(await OutlivesByAsync(tools));
        }

        var (median, worst) = (Series.Median(times), times.Max());
        return new Target(
            What,
            string.Create(CultureInfo.InvariantCulture, $"gone within {LimitMs} ms"),
            $"{Report.Ms(median)} ms (median of {times.Count}, worst {Report.Ms(worst)})",
            worst < LimitMs);
    }

    /// <summary>What the fresh host does: it ends when its input does.</summary>
    public static async Task<int> RunInThisHostAsync(string server, string logDirectory)
    {
        await using (await ServerProcess.StartAsync(TestReaperContestant.Options(server, ["{port}"], logDirectory)))
        {
            Console.WriteLine("up");
        }

        Console.WriteLine("reaped");
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task<double> OutlivesByAsync(Toolbox tools)
    {
        using var host = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. FreshHost.Self(), Verb, tools.Server, tools.LogDirectory])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await host.StandardOutput.ReadLineAsync();
        using var hostEnd = Watch(host.Id);
        using var watchdogEnd = Watch(WatchdogOf(host.Id));
        await host.StandardOutput.ReadLineAsync();
        host.StandardInput.Close();

        hostEnd.WaitForAll(Patience);
        var start = Stopwatch.GetTimestamp();
        watchdogEnd.WaitForAll(Patience);
        return watchdogEnd.Remaining == 0
            ? Stopwatch.GetElapsedTime(start).TotalMilliseconds
            : throw new InvalidOperationException("The watchdog lives on.");
    }

    private static int WatchdogOf(int host)
    {
        var platform = ProcessPlatform.Current;
        var snapshot = new ProcessSnapshot();
        platform.Processes.Capture(snapshot);
        return snapshot.Entries
            .Select(entry => entry.Identity.Pid)
            .First(pid => platform.Processes.CommandLine(pid).Contains($"testreaper-watchdog {host} ", StringComparison.Ordinal));
    }

    private static ExitWatch Watch(int pid)
    {
        var platform = ProcessPlatform.Current;
        _ = platform.Processes.TryRead(pid, out var entry);
        var watch = platform.Control.CreateExitWatch();
        watch.Add(platform.Control.Open(entry.Identity));
        return watch;
    }
}
