using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Rows;

/// <summary>
/// What it costs to wait for a process that will not die: one in the v1 freezer, where SIGKILL stays pending, and one that
/// ignores the stop signal, which every machine can show.
/// </summary>
internal static class WaitingCpu
{
    private const string MustReach = "under 20 ms";
    private const double LimitMs = 20;

    public const string Frozen = "CPU while waiting 10 s for a process that will not die (frozen)";

    public const string Stubborn = "CPU while waiting 10 s for a process that ignores the stop signal";

    public static async Task<Target> FrozenAsync(Toolbox tools, TimeSpan time)
    {
        // The first report of survivors compiles what makes it.
        if (await WaitForFrozenAsync(tools, TimeSpan.FromMilliseconds(200)) is not { } first || await WaitForFrozenAsync(tools, time) is not { } warm)
        {
            return Target.NotRun(Frozen, MustReach, "needs root and a v1 freezer");
        }

        var target = Judge(Frozen, warm);
        return target with { Reached = $"{target.Reached}; the first 0.2 s of a host {Report.Ms(first.CpuMs)} ms" };
    }

    /// <summary>Null where nothing can be frozen.</summary>
    private static async Task<Sample?> WaitForFrozenAsync(Toolbox tools, TimeSpan time)
    {
        using var freezer = Freezer.TryCreate();
        if (freezer is null)
        {
            return null;
        }

        var server = await StartAsync(tools, new ReapOptions { GracePeriod = TimeSpan.Zero, Timeout = time });
        using var guard = TreeGuard.Of(server.ProcessId, 1);
        try
        {
            freezer.Freeze(server.ProcessId);
            return await Sample.OfAsync(async () =>
            {
                try
                {
                    await server.ReapAsync();
                    throw new InvalidOperationException("It died although it was frozen.");
                }
                catch (ReapTimeoutException)
                {
                    // As it must.
                }
            });
        }
        finally
        {
            freezer.Thaw();
        }
    }

    public static async Task<Target> StubbornAsync(Toolbox tools, TimeSpan time)
    {
        await using var server = await StartAsync(tools, new ReapOptions { GracePeriod = time });
        return Judge(Stubborn, await Sample.OfAsync(() => server.ReapAsync()));
    }

    private static async Task<ServerProcess> StartAsync(Toolbox tools, ReapOptions reap)
    {
        var server = await ServerProcess.StartAsync(TestReaperContestant.Options(tools.Tree, new TreeShape(1).Arguments, tools.LogDirectory) with { Reap = reap });
        await StartedTree.SettleAsync();
        return server;
    }

    private static Target Judge(string what, Sample sample) =>
        new(what, MustReach, $"{Report.Ms(sample.CpuMs)} ms in {Report.Ms(sample.WallMs)} ms", sample.CpuMs < LimitMs);
}
