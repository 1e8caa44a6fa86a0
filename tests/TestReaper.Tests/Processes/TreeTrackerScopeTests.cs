using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>Tests when a process with an unreadable environment makes a scan unclean.</summary>
public sealed class TreeTrackerScopeTests : IDisposable
{
    private const string Scope = "0123456789abcdef";
    private readonly FakePlatform _platform = new();
    private readonly TreeTracker _tree;

    public TreeTrackerScopeTests()
    {
        var root = _platform.Add(100, 100, Environment.ProcessId, scopes: Scope);
        _tree = new TreeTracker(_platform, Scope);
        _tree.AddRoot(root.Identity);
    }

    public void Dispose() => _tree.Dispose();

    [Theory(Timeout = 30_000)]
    [InlineData(1)]
    [InlineData(FakePlatform.HostSession)]
    [InlineData(77)]
    public async Task A_new_process_whose_parent_proves_nothing_makes_the_scan_unclean_until_it_is_read_again(int parent)
    {
        await Task.CompletedTask;
        _platform.Add(200, 200, parent).Scopes = null;

        Assert.False(_tree.Observe().IsClean);
        Assert.True(_tree.Observe().IsClean);
        Assert.Single(_tree.Members);
    }

    /// <summary>Like another user's build: each scan sees new processes. None of them can be read, and all are below an old one.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Descendants_of_an_older_unrelated_process_do_not_make_the_scan_unclean()
    {
        await Task.CompletedTask;
        _platform.Add(30, 40, parent: 1);
        for (var pid = 200; pid < 230; pid += 3)
        {
            _platform.Add(pid, 200, parent: 30).Scopes = null;
            _platform.Add(pid + 1, 200, parent: pid).Scopes = null;
            _platform.Add(pid + 2, 201, parent: pid + 1).Die();

            Assert.Equal(new Observation(Living: 1, IsClean: true), _tree.Observe());
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_parent_that_is_younger_than_its_child_proves_nothing()
    {
        await Task.CompletedTask;
        _platform.Add(150, 300, parent: 30);
        _platform.Add(30, 40, parent: 1);
        _platform.Add(200, 200, parent: 150).Scopes = null;

        Assert.False(_tree.Observe().IsClean);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_cycle_of_parents_does_not_loop()
    {
        await Task.CompletedTask;
        _platform.Add(200, 200, parent: 201).Scopes = null;
        _platform.Add(201, 200, parent: 200).Scopes = null;

        Assert.False(_tree.Observe().IsClean);
        Assert.True(_tree.Observe().IsClean);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_carries_the_scope_is_a_member_whatever_its_parent_is()
    {
        await Task.CompletedTask;
        _platform.Add(30, 40, parent: 1);
        var started = _platform.Add(200, 200, parent: 30, group: 200, session: 200, Scope);

        _tree.Observe();

        Assert.Contains(_tree.Members, member => member.Identity == started.Identity);
    }
}
