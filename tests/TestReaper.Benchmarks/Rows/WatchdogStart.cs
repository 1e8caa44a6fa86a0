using System.Diagnostics;
using System.Globalization;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.CrashProtection;

namespace TestReaper.Benchmarks.Rows;

/// <summary>What the watchdog adds to the first launch of a fresh host, which starts it.</summary>
internal static class WatchdogStart
{
    public const string What = "what the watchdog adds to the first launch of a host";

    /// <summary>The fresh host: with or without a watchdog, the server, a directory for its log, and whether orphans are adopted.</summary>
    public const string Verb = "--first-launch";

    private const double LimitMs = 5;

    public static async Task<Target> MeasureAsync(Options options, Toolbox tools)
    {
        var (plain, isMet) = await CompareAsync(options, tools, "plain");
        var (subreaper, isMetBySubreaper) = await CompareAsync(options, tools, "subreaper");
        return new Target(What, string.Create(CultureInfo.InvariantCulture, $"under {LimitMs} ms"), $"{plain}; in a subreaper {subreaper}", isMet && isMetBySubreaper);
    }

    /// <summary>What the fresh host does.</summary>
    public static async Task<int> RunInThisHostAsync(string watchdog, string server, string logDirectory, string host)
    {
        ProtectedScopes.HasWatchdog = watchdog == "with";
        if (host == "subreaper")
        {
            Subreaper.Enable();
        }

        var options = TestReaperContestant.Options(server, ["{port}"], logDirectory) with { Readiness = Readiness.ProcessUp };
        var start = Stopwatch.GetTimestamp();
        await using (await ServerProcess.StartAsync(options))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.0000} 0"));
        }

        return 0;
    }

    private static async Task<(string Text, bool IsMet)> CompareAsync(Options options, Toolbox tools, string host)
    {
        List<double> with = [], without = [];
        for (var i = 0; i < options.FreshHosts; i++)
        {
            // By turns: what the machine does meanwhile should hit both.
            without.Add((await FreshHost.RunAsync(Verb, "without", tools.Server, tools.LogDirectory, host)).Wall);
            with.Add((await FreshHost.RunAsync(Verb, "with", tools.Server, tools.LogDirectory, host)).Wall);
        }

        // The machine changes its pace within minutes: neighbours are compared, not all with all.
        var more = Series.Median(with.Zip(without, (one, other) => one - other));
        return ($"{Report.Ms(more)} ms more than {Report.Ms(Series.Median(without))} ms (median of {with.Count} pairs of fresh hosts)", more < LimitMs);
    }
}
