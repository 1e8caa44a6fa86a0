using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Rows;

/// <summary>The time from start to ready, compared with a bare Process.Start and the same probe in the same loop.</summary>
internal static class StartToReady
{
    public const string Verb = "start";

    private const string MustReach = "at most 10 ms more";
    private const double LimitMs = 10;
    private static readonly TimeSpan StartInterval = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10), LongestPause = TimeSpan.FromMilliseconds(250);
    private static readonly HttpClient Client = new(new SocketsHttpHandler { UseProxy = false, PooledConnectionLifetime = TimeSpan.Zero });

    public const string OutputLine = "start to ready over a bare Process.Start with the same probe loop (output line)";

    public const string Http = "start to ready over a bare Process.Start with the same probe loop (HTTP)";

    /// <summary>Measures only these rows, and prints them.</summary>
    public static async Task<int> ShowAsync()
    {
        using var tools = new Toolbox();
        var options = new Options(IsQuick: false, Output: null);
        Console.WriteLine(await OutputLineAsync(options, tools));
        Console.WriteLine(await HttpAsync(options, tools));
        return 0;
    }

    public static Task<Target> OutputLineAsync(Options options, Toolbox tools) =>
        CompareAsync(
            OutputLine,
            Iterations(options),
            () => MeasureTestReaperAsync(tools, Readiness.OutputLine("^up$")),
            () => MeasureBareAsync(tools, HasLineAsync));

    public static Task<Target> HttpAsync(Options options, Toolbox tools) =>
        CompareAsync(
            Http,
            Iterations(options),
            () => MeasureTestReaperAsync(tools, Readiness.Http("/")),
            () => MeasureBareAsync(tools, RespondsAsync));

    private static int Iterations(Options options) => options.IsQuick ? 5 : 20;

    private static async Task<Target> CompareAsync(string what, int iterations, Func<Task<double>> ours, Func<Task<double>> bare)
    {
        _ = await ours();
        _ = await bare();
        List<double> ourTimes = [], bareTimes = [];
        for (var i = 0; i < iterations; i++)
        {
            bareTimes.Add(await bare());

            // A move into a cgroup is faster right after another one. The pause keeps a start from profiting from the one before.
            await Task.Delay(StartInterval);
            ourTimes.Add(await ours());
        }

        var (our, their) = (Series.Median(ourTimes), Series.Median(bareTimes));
        return new Target(
            what,
            MustReach,
            $"{Report.Ms(our - their)} ms more: {Report.Ms(our)} against {Report.Ms(their)} ms (medians of {iterations})",
            our - their <= LimitMs);
    }

    private static async Task<double> MeasureTestReaperAsync(Toolbox tools, IReadinessProbe probe)
    {
        var options = TestReaperContestant.Options(tools.Server, ["{port}"], tools.LogDirectory) with { Readiness = probe };
        var start = Stopwatch.GetTimestamp();
        await using var server = await ServerProcess.StartAsync(options);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<double> MeasureBareAsync(Toolbox tools, Func<Process, int, Task<bool>> isReady)
    {
        var port = FindFreePort();
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(tools.Server, [$"{port}"]) { RedirectStandardOutput = true })!;
        try
        {
            for (var pause = FirstPause; !await isReady(process, port); pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
            {
                await Task.Delay(pause);
            }

            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static readonly System.Runtime.CompilerServices.ConditionalWeakTable<Process, Task<string?>> Lines = [];

    private static Task<bool> HasLineAsync(Process process, int port) =>
        Task.FromResult(Lines.GetValue(process, static process => process.StandardOutput.ReadLineAsync()).IsCompleted);

    private static async Task<bool> RespondsAsync(Process process, int port)
    {
        try
        {
            using var response = await Client.GetAsync(new Uri($"http://127.0.0.1:{port}/"), HttpCompletionOption.ResponseHeadersRead);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
