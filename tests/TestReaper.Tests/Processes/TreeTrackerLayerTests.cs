using TestReaper.Processes;
using TestReaper.Processes.Layers;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>Tests each layer alone, with processes that no other layer claims.</summary>
public sealed class TreeTrackerLayerTests : IDisposable
{
    private const string Scope = "0123456789abcdef";
    private readonly FakePlatform _platform = new();
    private readonly FakeProcess _root;
    private readonly TreeTracker _tree;

    public TreeTrackerLayerTests()
    {
        _root = _platform.Add(100, 100, Environment.ProcessId, group: 100, session: 100, Scope);
        _tree = new TreeTracker(_platform, Scope);
        _tree.AddRoot(_root.Identity);
    }

    public void Dispose() => _tree.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task A_child_and_a_grandchild_are_found_by_their_parents()
    {
        await Task.CompletedTask;
        var child = _platform.Add(101, 101, parent: 100);
        var grandchild = _platform.Add(102, 102, parent: 101);
        var stranger = _platform.Add(103, 103, parent: 1);

        Assert.Equal(new Observation(Living: 3, IsClean: true), Scan());
        Assert.Equal(TreeLayer.Parent, LayerOf(child));
        Assert.Equal(TreeLayer.Parent, LayerOf(grandchild));
        Assert.Null(LayerOf(stranger));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_orphan_is_found_by_the_group_of_a_member_even_after_the_group_leader_died()
    {
        await Task.CompletedTask;
        _platform.Add(101, 101, parent: 1, group: 100);
        Assert.Equal(2, Scan().Living);
        _platform.Remove(_root);
        var orphan = _platform.Add(102, 102, parent: 1, group: 100);

        Assert.Equal(2, Scan().Living);
        Assert.Equal("group", LayerOf(orphan));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_orphan_with_a_group_of_its_own_is_found_by_the_session()
    {
        await Task.CompletedTask;
        var orphan = _platform.Add(101, 101, parent: 1, group: 101, session: 100);

        Assert.Equal(2, Scan().Living);
        Assert.Equal("session", LayerOf(orphan));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_daemon_is_found_by_its_scope_and_its_children_by_their_parent()
    {
        await Task.CompletedTask;
        var child = _platform.Add(99, 103, parent: 101);
        var daemon = _platform.Add(101, 101, parent: 1, group: 101, session: 101, "outer", Scope);
        var stranger = _platform.Add(102, 102, parent: 1, group: 102, session: 102, "other");

        Assert.Equal(3, Scan().Living);
        Assert.Equal("scope", LayerOf(daemon));
        Assert.Equal(TreeLayer.Parent, LayerOf(child));
        Assert.Null(LayerOf(stranger));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_group_of_a_daemon_that_the_scope_found_leads_to_its_orphans()
    {
        await Task.CompletedTask;
        _platform.Add(101, 101, parent: 1, group: 101, session: 101, Scope);
        var orphan = _platform.Add(102, 102, parent: 1, group: 101, session: 101);

        Assert.Equal(3, Scan().Living);
        Assert.Equal("group", LayerOf(orphan));
        Assert.Equal([100, 101], _tree.KillableGroups().Order());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_that_leaves_its_parent_its_session_and_its_environment_stays_a_member()
    {
        await Task.CompletedTask;
        var child = _platform.Add(101, 101, parent: 100);
        Scan();
        (child.Parent, child.Group, child.Session, child.Scopes) = (1, 101, 101, []);

        Assert.Equal(2, Scan().Living);
        Assert.Equal(TreeLayer.Parent, LayerOf(child));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_that_a_known_member_creates_later_belongs_to_the_tree()
    {
        await Task.CompletedTask;
        var child = _platform.Add(101, 101, parent: 100, group: 100, session: 100);
        Scan();
        (child.Group, child.Session) = (101, 101);
        Scan();
        var inGroup = _platform.Add(102, 102, parent: 1, group: 101, session: 101);
        var inSession = _platform.Add(103, 103, parent: 1, group: 103, session: 101);

        Assert.Equal(4, Scan().Living);
        Assert.Equal(("group", "session"), (LayerOf(inGroup), LayerOf(inSession)));
        Assert.Contains(101, _tree.KillableGroups());
    }

    [Fact(Timeout = 30_000)]
    public async Task The_layers_in_use_are_named()
    {
        await Task.CompletedTask;
        using var withoutScope = new TreeTracker(_platform, scope: null);

        Assert.StartsWith("parent, group, session, scope;", _tree.Layers, StringComparison.Ordinal);
        Assert.StartsWith("parent, group, session;", withoutScope.Layers, StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_a_scope_no_environment_is_read()
    {
        await Task.CompletedTask;
        _platform.Add(101, 101, parent: 1);
        using var tree = new TreeTracker(_platform, scope: null);
        tree.AddRoot(_root.Identity);

        tree.Observe();

        Assert.Empty(_platform.ScopeQuestions);
    }

    [Fact(Timeout = 30_000)]
    public async Task Only_young_processes_that_no_other_layer_claims_have_their_environment_read()
    {
        await Task.CompletedTask;
        _platform.Add(101, 101, parent: 100);
        _platform.Add(102, 102, parent: 1);
        _platform.Add(30, 49, parent: 1, scopes: Scope);

        Scan();

        Assert.Equal([102], _platform.ScopeQuestions);
    }

    private Observation Scan() => _tree.Observe();

    private string? LayerOf(FakeProcess process) => _tree.Members.SingleOrDefault(member => member.Identity == process.Identity)?.FoundBy;
}
