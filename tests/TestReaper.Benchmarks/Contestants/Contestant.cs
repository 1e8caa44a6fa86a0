using System.Diagnostics;
using TestReaper.Benchmarks.Trees;

namespace TestReaper.Benchmarks.Contestants;

/// <summary>One way to kill a tree and to wait until it is gone.</summary>
internal abstract class Contestant(string name)
{
    public string Name { get; } = name;

    /// <summary>The reason not to measure this cell; null if it is measured.</summary>
    public virtual string? Obstacle(TreeShape shape, int bystanders) => null;

    /// <summary>Measures the iterations, each with a fresh tree.</summary>
    public abstract Task<Series> RunAsync(TreeShape shape, int iterations, TimeSpan limit);
}

/// <summary>A contestant that runs in this process.</summary>
internal abstract class ManagedContestant(string name) : Contestant(name)
{
    public override async Task<Series> RunAsync(TreeShape shape, int iterations, TimeSpan limit)
    {
        var samples = new List<Sample>();
        var start = Stopwatch.GetTimestamp();
        while (samples.Count < iterations && Stopwatch.GetElapsedTime(start) < limit)
        {
            samples.Add(await RunOnceAsync(shape));
        }

        return new Series(samples);
    }

    protected abstract Task<Sample> RunOnceAsync(TreeShape shape);
}
