using System.Runtime.Versioning;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>Every row of the escape table, for every set of layers. The registry shows what is alive, never the report.</summary>
[SupportedOSPlatform("linux")]
public sealed class ZooTests
{
    public static TheoryData<string, string> Matrix()
    {
        var rows = new TheoryData<string, string>();
        foreach (var layers in LayerSet.Each)
        {
            foreach (var animal in Animal.Each.Where(animal => !(animal.NeedsRoot && layers.IsOrdinaryUser)))
            {
                rows.Add(animal.Name, layers.Name);
            }
        }

        return rows;
    }

    [SkippableTheory(Timeout = 60_000)]
    [Trait("Category", "Full")]
    [MemberData(nameof(Matrix))]
    public Task An_animal_is_reaped_completely_or_the_report_says_that_it_can_escape(string animal, string layers) =>
        ReapAsync(animal, layers);

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("daemon-empty-environment", "all layers")]
    [InlineData("other-cgroup", "all layers")]
    [InlineData("daemon", "no cgroup")]
    [InlineData("clone-parent", "no cgroup")]
    [InlineData("daemon-empty-environment", "no cgroup")]
    [InlineData("daemon-empty-environment", "no cgroup but the subreaper")]
    [InlineData("daemon-empty-environment", "no cgroup, the subreaper of two servers")]
    [InlineData("undumpable", "ordinary user")]
    [InlineData("undumpable-session", "hidepid=2")]
    [InlineData("headless-child", "pidfd_open EINVAL")]
    [InlineData("setsid", "pidfd_open EMFILE")]
    [InlineData("setsid", "pidfd_open EPERM")]
    [InlineData("setsid", "pidfd_send_signal EPERM")]
    [InlineData("setsid", "no cgroup, pidfd_open ENOSYS")]
    public Task One_animal_for_each_mechanism(string animal, string layers) => ReapAsync(animal, layers);

    private static async Task ReapAsync(string animalName, string layersName)
    {
        var (animal, layers) = (Animal.Of(animalName), LayerSet.Of(layersName));
        Skip.If((animal.NeedsRoot || layers.HasCGroup) && !Environment.IsPrivilegedProcess, "needs root");
        using var cage = new ZooCage(layers);

        var report = await cage.ReapAsync(animal, animal.Arguments);

        var alive = cage.Registry.Alive();
        Assert.True(report.Outcome == "reaped", $"{report.Outcome}: {report.Message}");
        if (animal.IsContainedBy(layers))
        {
            cage.Registry.AssertNoneAlive();
        }

        if (alive.Count > 0)
        {
            AssertSaysWhatCanEscape(report, layers);
        }

        cage.AssertInnocentsAlive();
        AssertNamesTheLayers(report, layers);
        await cage.EndAsync();
    }

    private static void AssertNamesTheLayers(HostReport report, LayerSet layers)
    {
        Assert.Equal(layers.HasCGroup, report.Mechanism.Contains(", cgroup", StringComparison.Ordinal));
        Assert.Equal(!layers.HasCGroup, report.Mechanism.Contains("no cgroup:", StringComparison.Ordinal));
        Assert.Equal(layers.HasSubreaper, report.Mechanism.Contains("subreaper", StringComparison.Ordinal));
        Assert.Equal(layers.HostOptions.Any(option => option.StartsWith("pidfd_open", StringComparison.Ordinal)), PollsProc(report));
    }

    // Pidfds were refused for all processes, or for some.
    private static bool PollsProc(HostReport report) =>
        report.Mechanism.Contains("/proc polling", StringComparison.Ordinal)
        || report.Mechanism.Contains("looked for in /proc", StringComparison.Ordinal);

    private static void AssertSaysWhatCanEscape(HostReport report, LayerSet layers)
    {
        Assert.Contains("no cgroup: ", report.Message, StringComparison.Ordinal);
        Assert.Contains("can escape", report.Message, StringComparison.Ordinal);
        if (layers.HidesPids)
        {
            Assert.Contains("hidepid", report.Message, StringComparison.Ordinal);
        }
    }
}
