using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Benchmarks.Trees;
using TestReaper.CrashProtection;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Benchmarks.Rows;

/// <summary>
/// The additional time of a start while a dead host has left a server that cannot be killed: each start sweeps first. The server
/// is in the cgroup v1 freezer, where SIGKILL stays pending.
/// </summary>
internal static class StartBesideLeftover
{
    public const string What = "start beside a leftover that cannot be killed";

    /// <summary>The argument of the fresh host that is killed; the server and a log directory follow.</summary>
    public const string Verb = "--leave-server";

    private const double LimitMs = 1000;

    public static async Task<Target> MeasureAsync(Options options, Toolbox tools)
    {
        var mustReach = string.Create(CultureInfo.InvariantCulture, $"under {LimitMs} ms more");
        using var freezer = Freezer.TryCreate();
        if (freezer is null)
        {
            return Target.NotRun(What, mustReach, "needs root and a cgroup v1 freezer");
        }

        // The first start includes JIT compilation.
        await StartAsync(tools);
        var alone = await StartAsync(tools);
        using var guard = await LeaveServerAsync(tools, freezer);
        try
        {
            var beside = await StartAsync(tools);
            var more = beside.WallMs - alone.WallMs;
            return new Target(What, mustReach, $"{Report.Ms(more)} ms more ({Report.Ms(alone.WallMs)} ms alone)", more < LimitMs);
        }
        finally
        {
            freezer.Thaw();
        }
    }

    /// <summary>Runs in the fresh host: starts a server without a watchdog, prints its pid, and waits until it is killed.</summary>
    public static async Task<int> RunInThisHostAsync(string server, string logDirectory)
    {
        ProtectedScopes.HasWatchdog = false;
        var left = await ServerProcess.StartAsync(TestReaperContestant.Options(server, new TreeShape(1).Arguments, logDirectory));
        Console.WriteLine(left.ProcessId);
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    private static async Task<Sample> StartAsync(Toolbox tools)
    {
        ServerProcess? server = null;
        var sample = await Sample.MeasureAsync(async () =>
        {
            await new Sweep(ProcessPlatform.Current, NullLogger.Instance).RunBrieflyAsync(CancellationToken.None);
            server = await ServerProcess.StartAsync(
                TestReaperContestant.Options(tools.Tree, new TreeShape(1).Arguments, tools.LogDirectory));
        });
        await server!.DisposeAsync();
        return sample;
    }

    private static async Task<TreeGuard> LeaveServerAsync(Toolbox tools, Freezer freezer)
    {
        string[] arguments = [.. FreshHost.GetHostArguments(), Verb, tools.Tree, tools.LogDirectory];
        using var host = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        var pid = int.Parse((await host.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        var guard = TreeGuard.Find(pid, 1);
        freezer.Freeze(pid);
        _ = LibC.kill(host.Id, SignalNumbers.Kill);
        await host.WaitForExitAsync();
        return guard;
    }
}
