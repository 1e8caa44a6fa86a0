using System.Diagnostics;
using System.Globalization;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Benchmarks.Rows;

/// <summary>
/// A small real inference server (samples/PyTorchServer): PyTorch with two gloo ranks behind uvicorn, and shared memory. Its own
/// clean-up takes 0.7 s, and a helper process waits two seconds after that.
/// </summary>
internal static class PyTorchReap
{
    public const string Orderly = "reap of the PyTorch server, orderly";

    public const string Hung = "reap of the PyTorch server, all of it hung";

    private const string Python = "/usr/bin/python3";
    private const int Stop = 19;
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10), ShortGrace = TimeSpan.FromSeconds(1);

    /// <summary>Reaps the server with the default options.</summary>
    public static Task<Target> OrderlyAsync(Options options, Toolbox tools) =>
        MeasureAsync(Orderly, options, tools, Grace, limitMs: 4000, isHung: false);

    /// <summary>Stops every process with SIGSTOP first, so that none exits within the grace period.</summary>
    public static Task<Target> HungAsync(Options options, Toolbox tools) =>
        MeasureAsync(Hung, options, tools, ShortGrace, limitMs: 2500, isHung: true);

    private static async Task<Target> MeasureAsync(string what, Options options, Toolbox tools, TimeSpan grace, double limitMs, bool isHung)
    {
        var mustReach = string.Create(CultureInfo.InvariantCulture, $"under {limitMs} ms, nothing in /dev/shm");
        if (!IsInstalled())
        {
            return Target.NotRun(what, mustReach, "python3-torch, python3-fastapi and python3-uvicorn are not installed");
        }

        List<double> times = [];
        var left = 0;
        for (var i = 0; i < (options.IsQuick ? 1 : 5); i++)
        {
            var before = ListSharedMemory();
            var server = await ServerProcess.StartAsync(CreateOptions(tools, grace));
            if (isHung)
            {
                Array.ForEach(FindTree(server.ProcessId), pid => LibC.kill(pid, Stop));
            }

            times.Add((await Sample.MeasureAsync(() => server.ReapAsync())).WallMs);
            left += ListSharedMemory().Except(before).Count();
        }

        return new Target(
            what,
            mustReach,
            $"{Report.Ms(Series.Median(times))} ms (worst {Report.Ms(times.Max())}), {left} objects left",
            times.Max() < limitMs && left == 0);
    }

    private static ServerProcessOptions CreateOptions(Toolbox tools, TimeSpan grace) => new()
    {
        FileName = Python,
        Arguments = [Path.Combine(AppContext.BaseDirectory, "PyTorchServer", "server.py"), "--port", "{port}"],
        Readiness = Readiness.Http("/health"),
        StartupTimeout = TimeSpan.FromMinutes(2),
        LogDirectory = tools.LogDirectory,
        Reap = new ReapOptions { GracePeriod = grace },
    };

    private static HashSet<string> ListSharedMemory() => [.. Directory.EnumerateFileSystemEntries("/dev/shm")];

    private static int[] FindTree(int root)
    {
        var snapshot = new ProcessSnapshot();
        ProcFs.Capture(snapshot);
        return [.. snapshot.Entries.Where(entry => entry.SessionId == root).Select(entry => entry.Pid)];
    }

    private static bool IsInstalled()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        var start = new ProcessStartInfo(Python, ["-c", "import torch, fastapi, uvicorn"]) { RedirectStandardError = true };
        using var import = Process.Start(start)!;
        import.WaitForExit();
        return import.ExitCode == 0;
    }
}
