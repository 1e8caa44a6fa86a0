using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>The root was collected by other code (SIGCHLD ignored, waitpid(-1)), and an unrelated process may reuse its pid.</summary>
[Collection(FakePlatform.Launched)]
public sealed class LostRootTests : IDisposable
{
    private const string Scope = "0123456789abcdef";
    private readonly FakePlatform _platform = new();
    private readonly FakeProcess _root;
    private readonly TreeTracker _tree;

    public LostRootTests()
    {
        _root = _platform.Add(100, 100, Environment.ProcessId, group: 100, session: 100, scopes: Scope);
        _tree = new TreeTracker(_platform, Scope);
        _tree.AddLaunched(_root.Identity);
        _tree.Observe(keepGone: true);
    }

    public void Dispose() => _tree.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task The_group_of_an_uncollected_root_is_killable_even_without_visible_members()
    {
        await Task.CompletedTask;
        _root.Die();
        _tree.Observe(keepGone: true);

        Assert.Equal([100], _tree.KillableGroups());
    }

    [Fact(Timeout = 30_000)]
    public async Task An_unrelated_process_that_reuses_the_pid_is_not_a_member_and_its_group_is_not_killable()
    {
        await Task.CompletedTask;
        _platform.Remove(_root);
        _platform.Add(100, 150, parent: 1, group: 100, session: 100);
        _platform.Add(151, 151, parent: 100, group: 100, session: 100);

        Assert.Equal(0, _tree.Observe(keepGone: true).Living);
        Assert.Empty(_tree.KillableGroups());
    }

    /// <summary>The root is collected between the scan and the signal.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_group_whose_id_became_free_after_the_scan_is_not_signalled()
    {
        await Task.CompletedTask;
        _root.Die();
        _tree.Observe(keepGone: true);
        _platform.Remove(_root);

        Assert.Empty(_tree.KillableGroups());
    }

    [Fact(Timeout = 30_000)]
    public async Task Processes_left_in_the_session_of_the_root_are_still_found()
    {
        await Task.CompletedTask;
        _platform.Add(120, 120, parent: 100, group: 100, session: 100);
        _tree.Observe(keepGone: true);
        _platform.Remove(_root);
        _platform.Add(130, 130, parent: 1, group: 130, session: 100);

        Assert.Equal(2, _tree.Observe(keepGone: true).Living);
        Assert.Equal([100, 130], _tree.KillableGroups().Order());
    }
}
