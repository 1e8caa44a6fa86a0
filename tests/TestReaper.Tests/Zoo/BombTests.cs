using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>
/// Trees that fork while they are reaped. All processes of a bomb hold one lock, so its one entry is alive while any of them is.
/// The bombs stop forking after five seconds, and a cgroup limits them to a few hundred processes at a time.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class BombTests
{
    private static readonly string[] LayerSets =
    [
        "all layers", "no cgroup", "no cgroup but the subreaper", "ordinary user", "hidepid=2", "no cgroup, pidfd_open ENOSYS",
    ];

    public static TheoryData<string, string> Matrix()
    {
        var rows = new TheoryData<string, string>();
        foreach (var layers in LayerSets)
        {
            foreach (var bomb in Animal.Bombs)
            {
                rows.Add(bomb.Name, layers);
            }
        }

        return rows;
    }

    [SkippableTheory(Timeout = 60_000)]
    [Trait("Category", "Full")]
    [MemberData(nameof(Matrix))]
    public Task A_bomb_is_reaped_completely_or_the_exception_says_that_it_may_survive(string bomb, string layers) =>
        ReapAsync(bomb, layers);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("session-hopper", "all layers")]
    [InlineData("exponential", "no cgroup")]
    public Task One_bomb_for_each_mechanism(string bomb, string layers) => ReapAsync(bomb, layers);

    private static async Task ReapAsync(string bombName, string layersName)
    {
        var (bomb, layers) = (Animal.Of(bombName), LayerSet.Of(layersName));
        using var limit = PidsLimit.Create(500);
        using var cage = new ZooCage(layers) { ServerPrefix = limit.Prefix, HostOptions = ["--timeout", "15"] };

        var report = await cage.ReapBesideAsync(Animal.Of("plain"), bomb, bomb.Arguments);

        var alive = cage.Registry.Alive();
        var mayBeIncomplete = !layers.HasCGroup;
        Assert.True(
            alive.Count == 0 || report.Outcome == "incomplete",
            $"The bomb is alive, but the report says {report.Outcome}: {report.Message}");
        Assert.True(
            report.Outcome == "reaped" || (report.Outcome == "incomplete" && mayBeIncomplete),
            $"{report.Outcome}: {report.Message}");
        cage.AssertInnocentsAlive();
        await cage.EndAsync();
    }
}
