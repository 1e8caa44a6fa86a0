using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>What the scans of a tree add up. Half of the members are gone when the numbers are read.</summary>
public sealed class UsageSumTests : IDisposable
{
    private const string Scope = "0123456789abcdef";
    private static readonly int Page = Environment.SystemPageSize;
    private readonly FakePlatform _system = new();
    private readonly FakeProcess _root;
    private readonly TreeTracker _tree;

    public UsageSumTests()
    {
        _root = _system.Add(100, 100, Environment.ProcessId, group: 100, session: 100, scopes: Scope);
        (_root.ResidentPages, _root.CpuTime) = (1000, TimeSpan.FromSeconds(1));
        _tree = new TreeTracker(_system, Scope) { Spare = SparedSubtrees.ByName(_system, ["adb"]) };
        _tree.AddRoot(_root.Identity);
    }

    public void Dispose() => _tree.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task The_peak_is_the_largest_sum_of_one_scan()
    {
        await Task.CompletedTask;
        var first = Add(101, pages: 500, seconds: 0);
        _tree.Observe();
        _system.Remove(first);
        Add(102, pages: 400, seconds: 0);
        _tree.Observe();

        Assert.Equal(1500 * Page, _tree.Usage.PeakResidentBytes);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_CPU_time_includes_members_that_are_gone()
    {
        await Task.CompletedTask;
        var worker = Add(101, pages: 1, seconds: 5);
        _tree.Observe();
        _system.Remove(worker);
        _root.CpuTime = TimeSpan.FromSeconds(2);
        _tree.Observe();
        _tree.Observe();

        Assert.Equal(TimeSpan.FromSeconds(7), _tree.Usage.CpuTime);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_zombie_that_each_scan_finds_again_counts_once_and_without_memory(bool isReaped)
    {
        await Task.CompletedTask;
        var worker = Add(101, pages: 500, seconds: 5);
        _tree.Observe();
        worker.Die();
        worker.CpuTime = TimeSpan.FromSeconds(6);
        worker.ResidentPages = 5000;
        for (var i = 0; i < 3; i++)
        {
            _tree.Observe();
        }

        for (var i = 0; i < (isReaped ? 3 : 0); i++)
        {
            _tree.Observe(keepGone: true);
        }

        Assert.Equal(new TreeUsage(1500 * Page, TimeSpan.FromSeconds(7)), _tree.Usage);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_is_spared_does_not_count()
    {
        await Task.CompletedTask;
        Add(101, pages: 500, seconds: 5).CommandLine = "adb server";
        _tree.Observe();

        Assert.Equal(new TreeUsage(1000 * Page, TimeSpan.FromSeconds(1)), _tree.Usage);
    }

    private FakeProcess Add(int pid, int pages, int seconds)
    {
        var process = _system.Add(pid, (ulong)pid, 100, group: 100, session: 100, scopes: Scope);
        (process.ResidentPages, process.CpuTime) = (pages, TimeSpan.FromSeconds(seconds));
        return process;
    }
}
