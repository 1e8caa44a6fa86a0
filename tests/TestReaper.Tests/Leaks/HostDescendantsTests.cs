using TestReaper.Leaks;
using TestReaper.Platform;
using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.Leaks;

public sealed class HostDescendantsTests
{
    private static readonly int Host = Environment.ProcessId;
    private static readonly IReadOnlySet<ProcessIdentity> Nothing = new HashSet<ProcessIdentity>();
    private readonly FakePlatform _system = new();

    [Fact(Timeout = 30_000)]
    public async Task All_descendants_of_this_process_are_found_and_no_others()
    {
        await Task.CompletedTask;
        _system.Add(100, 20, Host);
        _system.Add(101, 21, parent: 100);
        _system.Add(102, 22, parent: 101);
        _system.Add(200, 20, FakePlatform.HostGroup);

        Assert.Equal([100, 101, 102], Since(Nothing));
    }

    [Fact(Timeout = 30_000)]
    public async Task Processes_of_the_baseline_and_their_descendants_are_left_out()
    {
        await Task.CompletedTask;
        _system.Add(100, 20, Host);
        _system.Add(101, 21, parent: 100);
        var baseline = HostDescendants.Baseline(_system);
        _system.Add(102, 30, parent: 101);
        _system.Add(103, 30, Host);

        Assert.Equal([103], Since(baseline));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_with_a_reused_pid_is_new()
    {
        await Task.CompletedTask;
        var old = _system.Add(100, 20, Host);
        var baseline = HostDescendants.Baseline(_system);
        _system.Remove(old);
        _system.Add(100, 40, Host);

        Assert.Equal([100], Since(baseline));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_spared_process_and_its_descendants_are_left_out()
    {
        await Task.CompletedTask;
        _system.Add(100, 20, Host);
        _system.Add(101, 21, parent: 100);
        _system.Add(102, 22, parent: 101);
        _system.Add(103, 22, parent: 100);

        Assert.Equal([100, 103], Since(Nothing, spared: 101));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_zombie_is_gone_unless_one_of_its_threads_lives()
    {
        await Task.CompletedTask;
        _system.Add(100, 20, Host).Die();
        (_system.Add(101, 20, Host).State, _system.Find(101)!.Threads) = ('Z', 2);

        Assert.Equal([101], Since(Nothing));
    }

    private IEnumerable<int> Since(IReadOnlySet<ProcessIdentity> baseline, int spared = 0) =>
        HostDescendants.Since(baseline, _system, entry => entry.Pid == spared).Select(entry => entry.Pid).Order();
}
