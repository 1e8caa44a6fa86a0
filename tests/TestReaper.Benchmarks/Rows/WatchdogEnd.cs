using System.Diagnostics;
using System.Globalization;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Platform;

namespace TestReaper.Benchmarks.Rows;

/// <summary>The time between the exit of a host that has reaped its server and the exit of its watchdog.</summary>
internal static class WatchdogEnd
{
    public const string What = "the watchdog after the clean end of a host";

    /// <summary>The argument of the fresh host; the server and a log directory follow.</summary>
    public const string Verb = "--clean-end";

    private const double LimitMs = 100;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static async Task<Target> MeasureAsync(Options options, Toolbox tools)
    {
        List<double> times = [];
        for (var i = 0; i < options.FreshHosts; i++)
        {
            times.Add(await MeasureOneAsync(tools));
        }

        var (median, worst) = (Series.Median(times), times.Max());
        return new Target(
            What,
            string.Create(CultureInfo.InvariantCulture, $"gone within {LimitMs} ms"),
            $"{Report.Ms(median)} ms (median of {times.Count}, worst {Report.Ms(worst)})",
            worst < LimitMs);
    }

    /// <summary>Runs in the fresh host: starts a server, reaps it, and exits at the end of standard input.</summary>
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

    private static async Task<double> MeasureOneAsync(Toolbox tools)
    {
        string[] arguments = [.. FreshHost.GetHostArguments(), Verb, tools.Server, tools.LogDirectory];
        using var host = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await host.StandardOutput.ReadLineAsync();
        using var hostEnd = WatchExit(host.Id);
        using var watchdogEnd = WatchExit(FindWatchdog(host.Id));
        await host.StandardOutput.ReadLineAsync();
        host.StandardInput.Close();

        hostEnd.WaitForAll(Limit);
        var start = Stopwatch.GetTimestamp();
        watchdogEnd.WaitForAll(Limit);
        return watchdogEnd.Remaining == 0
            ? Stopwatch.GetElapsedTime(start).TotalMilliseconds
            : throw new InvalidOperationException("The watchdog is still alive.");
    }

    private static int FindWatchdog(int host)
    {
        var platform = ProcessPlatform.Current;
        var snapshot = new ProcessSnapshot();
        platform.Processes.Capture(snapshot);
        return snapshot.Entries
            .Select(entry => entry.Identity.Pid)
            .First(pid => platform.Processes.CommandLine(pid).Contains($"testreaper-watchdog {host} ", StringComparison.Ordinal));
    }

    private static ExitWatch WatchExit(int pid)
    {
        var platform = ProcessPlatform.Current;
        _ = platform.Processes.TryRead(pid, out var entry);
        var watch = platform.Control.CreateExitWatch();
        watch.Add(platform.Control.Open(entry.Identity));
        return watch;
    }
}
