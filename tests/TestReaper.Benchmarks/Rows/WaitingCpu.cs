using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Rows;

/// <summary>
/// The CPU time of a wait for a process that does not exit: one process is in the cgroup v1 freezer, where SIGKILL stays pending.
/// The other ignores the stop signal, which needs neither root nor a freezer.
/// </summary>
internal static class WaitingCpu
{
    private const string MustReach = "under 20 ms";
    private const double LimitMs = 20;

    public const string Frozen = "CPU while waiting 10 s for a process that will not die (frozen)";

    public const string Stubborn = "CPU while waiting 10 s for a process that ignores the stop signal";

    public const string Verb = "waiting";

    /// <summary>These rows alone, three times.</summary>
    public static async Task<int> ShowAsync()
    {
        using var tools = new Toolbox();
        for (var i = 0; i < 3; i++)
        {
            Console.WriteLine(await FrozenAsync(tools, TimeSpan.FromSeconds(10)));
            Console.WriteLine(await StubbornAsync(tools, TimeSpan.FromSeconds(10)));
        }

        return 0;
    }

    public static async Task<Target> FrozenAsync(Toolbox tools, TimeSpan time)
    {
        // The first report of survivors includes JIT compilation.
        if (await WaitForFrozenAsync(tools, TimeSpan.FromMilliseconds(200)) is not { } first
            || await WaitForFrozenAsync(tools, time) is not { } warm)
        {
            return Target.NotRun(Frozen, MustReach, "needs root and a cgroup v1 freezer");
        }

        var target = Judge(Frozen, warm);
        return target with { Reached = $"{target.Reached}; the first 0.2 s of a host {Report.Ms(first.CpuMs)} ms" };
    }

    /// <summary>Returns null if this machine has no freezer.</summary>
    private static async Task<Sample?> WaitForFrozenAsync(Toolbox tools, TimeSpan time)
    {
        using var freezer = Freezer.TryCreate();
        if (freezer is null)
        {
            return null;
        }

        var server = await StartAsync(tools, new ReapOptions { GracePeriod = TimeSpan.Zero, Timeout = time });
        using var guard = TreeGuard.Find(server.ProcessId, 1);
        try
        {
            freezer.Freeze(server.ProcessId);
            return await Sample.MeasureAsync(async () =>
            {
                try
                {
                    await server.ReapAsync();
                    throw new InvalidOperationException("The frozen server exited.");
                }
                catch (ReapTimeoutException)
                {
                    // The reap must time out.
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
        return Judge(Stubborn, await Sample.MeasureAsync(() => server.ReapAsync()));
    }

    private static async Task<ServerProcess> StartAsync(Toolbox tools, ReapOptions reap)
    {
        var options = TestReaperContestant.Options(tools.Tree, new TreeShape(1).Arguments, tools.LogDirectory);
        var server = await ServerProcess.StartAsync(options with { Reap = reap });
        await StartedTree.SettleAsync();
        return server;
    }

    private static Target Judge(string what, Sample sample) =>
        new(what, MustReach, $"{Report.Ms(sample.CpuMs)} ms in {Report.Ms(sample.WallMs)} ms", sample.CpuMs < LimitMs);
}
