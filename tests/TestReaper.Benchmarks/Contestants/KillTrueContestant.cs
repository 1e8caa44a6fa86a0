using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Contestants;

/// <summary>Process.Kill(entireProcessTree: true), then WaitForExit, which waits for the root.</summary>
internal sealed class KillTrueContestant(Toolbox tools) : ManagedContestant("Kill(true) + WaitForExit")
{
    public override string? Obstacle(TreeShape shape, int bystanders) => TooSlow(shape, bystanders);

    /// <summary>Kill(true) reads every process of the machine once for each process of the tree.</summary>
    public static string? TooSlow(TreeShape shape, int bystanders) =>
        bystanders > 0 && shape.Count * (long)(shape.Count + bystanders) > 500_000 ? "takes minutes per iteration" : null;

    protected override async Task<Sample> RunOnceAsync(TreeShape shape)
    {
        using var tree = await StartedTree.StartAsync(tools.Tree, shape);
        return await Sample.MeasureAsync(() =>
        {
            tree.Process.Kill(entireProcessTree: true);
            tree.Process.WaitForExit();
            return Task.CompletedTask;
        });
    }
}
