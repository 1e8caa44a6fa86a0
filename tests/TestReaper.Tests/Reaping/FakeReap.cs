using Microsoft.Extensions.Logging;
using TestReaper.Processes;
using TestReaper.Reaping;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Processes;

namespace TestReaper.Tests.Reaping;

/// <summary>A reap of fake processes that takes no real time. The root is pid 100, started at tick 100.</summary>
internal sealed class FakeReap
{
    public const string Scope = "0123456789abcdef";

    public FakeReap(int group = FakePlatform.HostGroup) =>
        Root = Platform.Add(100, 100, Environment.ProcessId, group, FakePlatform.HostSession, Scope);

    public FakePlatform Platform { get; } = new();

    public FakeProcess Root { get; }

    public ListLogger Logger { get; } = new();

    public ReapOptions Options { get; init; } = RealTrees.AtOnce;

    /// <summary>As <see cref="ReapRequest.BeforeKill"/>.</summary>
    public Func<IReadOnlyList<TreeMember>, CancellationToken, string?>? BeforeKill { get; init; }

    /// <summary>The rest of the grace period is in <see cref="Options"/>; null for all of it.</summary>
    public TimeSpan? WholeGracePeriod { get; init; }

    public ReapReport Run() => Run(CancellationToken.None);

    public ReapReport Run(CancellationToken endGrace)
    {
        using var tree = new TreeTracker(Platform, Scope);
        tree.AddRoot(Root.Identity);
        var request = new ReapRequest(Platform, tree, Options, Logger, Platform.Time)
        {
            BeforeKill = BeforeKill,
            WholeGracePeriod = WholeGracePeriod ?? Options.GracePeriod,
        };
        return new ReapPipeline(request).Run(endGrace);
    }

    public FakeProcess AddChild(int pid, int parent = 100) => Platform.Add(pid, 100, parent, scopes: Scope);
}
