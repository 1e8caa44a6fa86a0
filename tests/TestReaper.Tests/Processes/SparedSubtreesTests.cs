using TestReaper.Platform;
using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>Tests which members are spared with everything below them. <see cref="Reaping.SpareTests"/> uses real processes.</summary>
public sealed class SparedSubtreesTests : IDisposable
{
    private const string Scope = "0123456789abcdef";
    private readonly FakePlatform _system = new();
    private readonly TreeTracker _tree;

    public SparedSubtreesTests()
    {
        var root = _system.Add(100, 100, Environment.ProcessId, group: 100, session: 100, scopes: Scope);
        _tree = new TreeTracker(_system, Scope, spared: [103]) { Spare = SparedSubtrees.ByName(_system, ["adb"]) };
        _tree.AddRoot(root.Identity);
        Add(101, parent: 100).CommandLine = "adb server";
    }

    public void Dispose() => _tree.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task A_named_program_is_spared_with_its_descendants_but_without_its_siblings()
    {
        await Task.CompletedTask;
        Add(102, parent: 101);
        Add(110, parent: 102);
        Add(111, parent: 100);

        Assert.Equal(2, _tree.Observe().Living);
        Assert.Equal([100, 111], Pids(_tree.Members));
        Assert.Equal([101, 102, 110], Pids(_tree.Spared));
    }

    /// <summary>A sample may find a process between its start and its registration as a root.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_spared_member_that_becomes_a_root_is_not_spared_any_more()
    {
        await Task.CompletedTask;
        Assert.Equal(1, _tree.Observe().Living);
        Assert.Equal([101], Pids(_tree.Spared));

        var root = _tree.AddRoot(new ProcessIdentity(101, 101));

        Assert.Equal(2, _tree.Observe().Living);
        Assert.True(root.IsRoot);
        Assert.Empty(_tree.Spared);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_spared_descendant_and_its_new_children_stay_spared_after_its_parent_died()
    {
        await Task.CompletedTask;
        Add(102, parent: 101);
        _tree.Observe();
        _system.Remove(_system.Find(101)!);
        Add(110, parent: 102);

        Assert.Equal(1, _tree.Observe().Living);
        Assert.Equal([102, 110], Pids(_tree.Spared));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_session_of_a_spared_process_is_spared_even_where_the_parent_is_unknown()
    {
        await Task.CompletedTask;
        Add(102, parent: 101, session: 102);
        _tree.Observe();
        Add(110, parent: 1, session: 102);
        Add(111, parent: 1, session: 100);

        _tree.Observe();

        Assert.Equal([101, 102, 110], Pids(_tree.Spared));
        Assert.Equal([100, 111], Pids(_tree.Members));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_root_is_never_spared_but_a_member_that_executes_the_named_program_is()
    {
        await Task.CompletedTask;
        _system.Find(100)!.CommandLine = "adb";
        Add(111, parent: 100);
        _tree.Observe();
        Assert.Equal([100, 111], Pids(_tree.Members));

        _system.Find(111)!.CommandLine = "/opt/sdk/adb fork-server";
        _tree.Observe();

        Assert.Equal([100], Pids(_tree.Members));
    }

    /// <summary>Until its exec, a child shows the program of its parent. A root is not spared, but it may run the spared program.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_child_of_a_root_that_shows_the_spared_name_until_its_exec_is_not_spared()
    {
        await Task.CompletedTask;
        var child = Add(111, parent: 100);
        (child.CommandLine, child.Image) = ("adb", 1);
        _tree.Observe();
        Assert.Equal([101, 111], Pids(_tree.Spared));

        (child.CommandLine, child.Image) = ("postgres", 2);
        _tree.Observe();

        Assert.Equal([100, 111], Pids(_tree.Members));
        Assert.Equal([101], Pids(_tree.Spared));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_child_of_a_spared_process_that_executes_another_program_stays_spared_after_its_parent_died()
    {
        await Task.CompletedTask;
        var child = Add(102, parent: 101);
        (child.CommandLine, child.Image) = ("adb server", 1);
        _tree.Observe();

        (child.CommandLine, child.Image) = ("worker", 2);
        _system.Remove(_system.Find(101)!);
        _tree.Observe();

        Assert.Equal([102], Pids(_tree.Spared));
    }

    /// <summary>Sparing a pid does not spare its descendants. Sparing a name does.</summary>
    [Fact(Timeout = 30_000)]
    public async Task The_children_of_a_spared_pid_are_not_spared()
    {
        await Task.CompletedTask;
        Add(103, parent: 100);
        Add(104, parent: 103);

        _tree.Observe();

        Assert.Equal([100, 104], Pids(_tree.Members));
        Assert.Equal([101], Pids(_tree.Spared));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_with_a_spared_process_is_not_killed_as_a_whole()
    {
        await Task.CompletedTask;
        _tree.Observe();
        Assert.DoesNotContain(100, _tree.KillableGroups());

        _system.Remove(_system.Find(101)!);
        _tree.Observe();
        Assert.Contains(100, _tree.KillableGroups());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_container_with_a_spared_process_is_not_killed_as_a_whole_and_counts_as_empty_once_only_that_is_left()
    {
        await Task.CompletedTask;
        var container = new FakeContainer(_system);
        _tree.Containment = new Containment(container);
        _tree.Observe();
        var ours = _tree.Containment.Container!;

        ours.Kill();
        Assert.Equal(0, container.Kills);
        Assert.True(ours.IsPopulated());

        _system.Remove(_system.Find(100)!);
        Add(110, parent: 101);
        Assert.False(ours.IsPopulated());

        _system.Remove(_system.Find(101)!);
        _system.Remove(_system.Find(110)!);
        _tree.Observe();
        ours.Kill();
        Assert.Equal(1, container.Kills);
    }

    private static IEnumerable<int> Pids(IEnumerable<TreeMember> members) => members.Select(member => member.Identity.Pid).Order();

    private FakeProcess Add(int pid, int parent, int session = 100) =>
        _system.Add(pid, (ulong)pid, parent, group: session, session: session, scopes: Scope);

    /// <summary>Contains every process that carries the scope.</summary>
    private sealed class FakeContainer(FakePlatform system) : IProcessContainer
    {
        public int Kills { get; private set; }

        public string Name => "fake container";

        public IReadOnlyCollection<int> Processes() =>
            [.. system.Running.Where(process => process.Scopes?.Contains(Scope) == true).Select(process => process.Pid)];

        public void Kill() => Kills++;

        public bool IsPopulated() => Processes().Count > 0;

        public ContainerUsage ReadUsage() => default;

        public bool TryRemove() => false;
    }
}
