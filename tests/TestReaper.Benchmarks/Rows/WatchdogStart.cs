using System.Diagnostics;
using System.Globalization;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.CrashProtection;

namespace TestReaper.Benchmarks.Rows;

/// <summary>The time that the watchdog adds to the first launch of a host, which starts it.</summary>
internal static class WatchdogStart
{
    public const string What = "what the watchdog adds to the first launch of a host";

    /// <summary>The argument of the fresh host; with|without, the server, a log directory and plain|subreaper follow.</summary>
    public const string Verb = "--first-launch";

    private const double LimitMs = 5;

    public static async Task<Target> MeasureAsync(Options options, Toolbox tools)
    {
        var (plain, isMet) = await CompareAsync(options, tools, "plain");
        var (subreaper, isMetBySubreaper) = await CompareAsync(options, tools, "subreaper");
        return new Target(
            What,
            string.Create(CultureInfo.InvariantCulture, $"under {LimitMs} ms"),
            $"{plain}; in a subreaper {subreaper}",
            isMet && isMetBySubreaper);
    }

    /// <summary>Runs in the fresh host: starts a server, prints the time of the launch, and reaps the server.</summary>
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
            // Alternating runs give both the same load.
            without.Add((await FreshHost.RunAsync(Verb, "without", tools.Server, tools.LogDirectory, host)).Wall);
            with.Add((await FreshHost.RunAsync(Verb, "with", tools.Server, tools.LogDirectory, host)).Wall);
        }

        // The speed of the machine changes within minutes, so the runs are compared in pairs of neighbours.
        var more = Series.Median(with.Zip(without, (one, other) => one - other));
        var text = $"{Report.Ms(more)} ms more than {Report.Ms(Series.Median(without))} ms (median of {with.Count} pairs of fresh hosts)";
        return (text, more < LimitMs);
    }
}
