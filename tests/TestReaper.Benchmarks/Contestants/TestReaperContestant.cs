using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Contestants;

/// <summary>ServerProcess.ReapAsync with the default options, except for a grace period of zero.</summary>
internal sealed class TestReaperContestant(Toolbox tools) : ManagedContestant("TestReaper")
{
    public static ServerProcessOptions Options(string tree, string[] arguments, string logDirectory) => new()
    {
        FileName = tree,
        Arguments = arguments,
        Readiness = Readiness.OutputLine("^up$"),
        LogDirectory = logDirectory,
        Reap = new ReapOptions { GracePeriod = TimeSpan.Zero },
    };

    protected override async Task<Sample> RunOnceAsync(TreeShape shape)
    {
        await using var server = await ServerProcess.StartAsync(Options(tools.Tree, shape.Arguments, tools.LogDirectory));
        await StartedTree.SettleAsync();
        using var guard = TreeGuard.Find(server.ProcessId, shape.Count);
        ReapReport? report = null;
        var sample = await Sample.MeasureAsync(async () => report = await server.ReapAsync());
        return report!.Processes.Count == shape.Count
            ? sample
            : throw new InvalidOperationException(
                $"{report.Processes.Count} processes were reaped instead of {shape.Count}:{Environment.NewLine}{report}");
    }
}
