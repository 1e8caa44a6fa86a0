using TestReaper.Benchmarks.Contestants;
using TestReaper.Benchmarks.Reporting;
using TestReaper.Benchmarks.Rows;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks;

/// <summary>Measures all rows and the table of timings, and writes the report.</summary>
internal static class Benchmark
{
    public static async Task<int> RunAsync(Options options)
    {
        using var tools = new Toolbox();
        var report = new Report(options);
        var timings = new Timings();
        await WarmUpAsync(options, tools);

        await TimeAsync(options, tools, timings, bystanders: 0);
        List<Target> targets = [.. TimingTargets.Judge(timings)];
        await foreach (var target in MeasureRowsAsync(options, tools))
        {
            targets.Add(target);
        }

        var firstReap = await FirstReap.MeasureAsync(options, tools);
        if (options.Bystanders > 0)
        {
            Progress.Report($"{options.Bystanders} bystanders");
            using var bystanders = await StartedTree.StartAsync(tools.Tree, new TreeShape(options.Bystanders), Lifetime);
            targets.Add(await TryAsync(ProcPass.What(options), () => ProcPass.MeasureAsync(options, tools)));
            targets.Add(await TryAsync(IdleServers.What(options), () => IdleServers.MeasureAsync(options, tools)));
            await TimeAsync(options, tools, timings, options.Bystanders);
        }
        else
        {
            targets.Add(await TryAsync(ProcPass.What(options), () => ProcPass.MeasureAsync(options, tools)));
            targets.Add(await TryAsync(IdleServers.What(options), () => IdleServers.MeasureAsync(options, tools)));
        }

        report.Write(timings, targets, firstReap);
        return 0;
    }

    private static async IAsyncEnumerable<Target> MeasureRowsAsync(Options options, Toolbox tools)
    {
        var time = TimeSpan.FromSeconds(options.IsQuick ? 2 : 10);
        yield return await TryAsync(WaitingCpu.Frozen, () => WaitingCpu.FrozenAsync(tools, time));
        yield return await TryAsync(WaitingCpu.Stubborn, () => WaitingCpu.StubbornAsync(tools, time));
        yield return await TryAsync(StartToReady.OutputLine, () => StartToReady.OutputLineAsync(options, tools));
        yield return await TryAsync(StartToReady.Http, () => StartToReady.HttpAsync(options, tools));
        yield return await TryAsync(SteadyWait.What, () => Task.FromResult(SteadyWait.Measure(tools)));
        yield return await TryAsync(CleanClass.What, CleanClass.MeasureAsync);
        yield return await TryAsync(WatchdogStart.What, () => WatchdogStart.MeasureAsync(options, tools));
        yield return await TryAsync(WatchdogEnd.What, () => WatchdogEnd.MeasureAsync(options, tools));
        yield return await TryAsync(GpuCost.NoDriver, () => Task.FromResult(GpuCost.MeasureNoDriver()));
        yield return await TryAsync(GpuCost.Wait, () => GpuCost.MeasureWaitAsync(tools));
        yield return await TryAsync(StartBesideLeftover.What, () => StartBesideLeftover.MeasureAsync(options, tools));
        yield return await TryAsync(PyTorchReap.Orderly, () => PyTorchReap.OrderlyAsync(options, tools));
        yield return await TryAsync(PyTorchReap.Hung, () => PyTorchReap.HungAsync(options, tools));
        yield return await TryAsync(RulesTime.What, () => RulesTime.MeasureAsync(options));
    }

    // A row that fails is reported in the table, so that the other rows are still measured.
    private static async Task<Target> TryAsync(string what, Func<Task<Target>> measure)
    {
        Progress.Report(what);
        try
        {
            return await measure();
        }
        catch (Exception error) when (error is InvalidOperationException or ReapTimeoutException or ServerStartException or IOException)
        {
            return Target.NotRun(what, "", FirstLine(error));
        }
    }

    private static string FirstLine(Exception error) => "failed: " + error.Message.Split('\n')[0];

    // Bystanders exit after this many seconds, even if this program is killed.
    private static readonly string[] Lifetime = ["3600"];

    private static async Task WarmUpAsync(Options options, Toolbox tools)
    {
        Progress.Report("warming up");
        await new TestReaperContestant(tools).RunAsync(new TreeShape(10), options.Warmups, options.TimePerCell);
        await new KillTrueContestant(tools).RunAsync(new TreeShape(2), options.Warmups, options.TimePerCell);
        await new CliWrapContestant(tools).RunAsync(new TreeShape(2), options.Warmups, options.TimePerCell);
    }

    private static async Task TimeAsync(Options options, Toolbox tools, Timings timings, int bystanders)
    {
        // The C programs run right before TestReaper, so that other load on the machine affects all three.
        Contestant[] contestants =
        [
            new BareFloorContestant(tools),
            new WorkFloorContestant(tools),
            new TestReaperContestant(tools),
            new SglangContestant(tools),
            new WaitProcsContestant(tools),
            new KillTrueContestant(tools),
            new CliWrapContestant(tools),
        ];
        foreach (var shape in (TreeShape[])[new(1), new(10), new(100), new(1000), new(300, IsDeep: true)])
        {
            foreach (var contestant in contestants)
            {
                Progress.Report($"{shape}, {bystanders} bystanders: {contestant.Name}");
                timings.Add(shape, bystanders, contestant.Name, await TimeAsync(options, contestant, shape, bystanders));
            }
        }
    }

    private static async Task<Cell> TimeAsync(Options options, Contestant contestant, TreeShape shape, int bystanders)
    {
        var isTooSlow = options.IsQuick && contestant is KillTrueContestant or CliWrapContestant && shape.Count >= 300;
        var obstacle = isTooSlow ? "slow" : contestant.Obstacle(shape, bystanders);
        if (obstacle is not null)
        {
            return new Cell(null, obstacle);
        }

        // sglang's time for ten processes varies from 6 to 106 ms, so that only the mean of many runs is meaningful.
        var isSglangOfTen = contestant is SglangContestant && shape.Count == 10 && bystanders == 0;
        var iterations = isSglangOfTen && !options.IsQuick ? TimingTargets.SglangRuns : options.Iterations;
        try
        {
            return new Cell(await contestant.RunAsync(shape, iterations, options.TimePerCell), null);
        }
        catch (Exception error) when (error is InvalidOperationException or ReapTimeoutException or ServerStartException)
        {
            return new Cell(null, FirstLine(error));
        }
    }
}
