using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Processes.SharedMemory;
using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.SharedMemory;

/// <summary>Tests which objects belong to a tree, and how many reads the answer costs.</summary>
public sealed class SharedMemoryTrackerTests
{
    private const int Root = 2_000_000, Child = 2_000_001, Neighbour = 2_000_002;
    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(30);
    private readonly FakeMemory _memory = new();
    private readonly FakePlatform _platform = new();
    private readonly List<TreeMember> _members = [];

    public SharedMemoryTrackerTests() => _platform.Memory = _memory;

    [Fact]
    public void Without_new_objects_no_process_is_read()
    {
        AddMember(Root);
        _memory.Uses[Root] = [_memory.Add(1)];
        var tracker = new SharedMemoryTracker(_platform);

        Scan(tracker, times: 100);

        Assert.Empty(_memory.Readings);
        Assert.Empty(tracker.FindLeftovers());
    }

    [Fact]
    public void The_user_of_an_object_of_the_tree_is_not_searched_again()
    {
        AddMember(Root);
        var tracker = new SharedMemoryTracker(_platform);
        _memory.Uses[Root] = [_memory.Add(1)];

        Scan(tracker, times: 100);

        Assert.Equal([Root], _memory.Readings);
        Assert.Equal(Root, Assert.Single(tracker.FindLeftovers()).CreatorPid);
    }

    [Fact]
    public void The_user_of_an_unused_object_is_searched_less_and_less_often()
    {
        AddMember(Root);
        var tracker = new SharedMemoryTracker(_platform);
        _memory.Add(1);

        Scan(tracker, times: 1000);
        var readings = _memory.Readings.Count;
        tracker.Scan(() => _members, Budget, isThorough: true);

        // The pauses double: 20, 40, 80 ms. A thousand scans take less than 20 s, which ten doublings fill.
        Assert.InRange(readings, 1, 11);
        Assert.Equal(readings + 1, _memory.Readings.Count);
        Assert.Empty(tracker.FindLeftovers());
    }

    [Fact]
    public void An_unreadable_process_does_not_hide_the_objects_of_another()
    {
        AddMember(Root);
        AddMember(Child);
        var tracker = new SharedMemoryTracker(_platform);
        _memory.Uses[Root] = null;
        _memory.Uses[Child] = [_memory.Add(1)];

        Scan(tracker);

        Assert.Equal(Child, Assert.Single(tracker.FindLeftovers()).CreatorPid);
    }

    [Theory]
    [InlineData(SharedMemoryKind.Posix)]
    [InlineData(SharedMemoryKind.SystemV)]
    internal void A_known_creator_is_evidence_even_after_its_exit(SharedMemoryKind kind)
    {
        var child = AddMember(Child);
        var tracker = new SharedMemoryTracker(_platform);
        Scan(tracker);
        child.IsGone = true;
        _memory.Add(1, creator: Child, kind: kind);
        _memory.Add(2, creator: Child + 1, kind: kind);

        Scan(tracker);

        Assert.Equal(1ul, Assert.Single(tracker.FindLeftovers()).Item.Key.Id);
    }

    [Fact]
    public void A_pid_that_a_member_had_at_another_time_is_not_evidence()
    {
        AddMember(Child).IsGone = true;
        var tracker = new SharedMemoryTracker(_platform);
        Scan(tracker);
        _memory.Add(1, born: DateTimeOffset.UtcNow.AddMinutes(-5), creator: Child);
        _memory.Add(2, born: DateTimeOffset.UtcNow.AddMinutes(5), creator: Child);

        Scan(tracker);

        Assert.Empty(tracker.FindLeftovers());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_system_v_segment_of_a_living_neighbour_is_not_the_trees_even_if_a_member_attaches_it(bool isAlive)
    {
        AddMember(Root);
        var neighbour = isAlive ? _platform.Add(Neighbour, _platform.CurrentTime, parent: 1) : null;
        var tracker = new SharedMemoryTracker(_platform);
        _memory.Uses[Root] = [_memory.Add(1, creator: Neighbour, kind: SharedMemoryKind.SystemV)];

        tracker.Scan(() => _members, Budget, isThorough: true);
        tracker.Scan(() => _members, Budget, isThorough: true);
        neighbour?.Die();
        tracker.Scan(() => _members, Budget, isThorough: true);

        Assert.Equal(isAlive ? 0 : 1, tracker.FindLeftovers().Count);
    }

    [Fact]
    public void A_later_process_with_the_pid_of_the_creator_is_not_the_creator()
    {
        AddMember(Root);
        _platform.Add(Neighbour, _platform.CurrentTime, parent: 1);
        var tracker = new SharedMemoryTracker(_platform);
        var born = DateTimeOffset.UtcNow.AddSeconds(-10);
        _memory.Uses[Root] = [_memory.Add(1, born, creator: Neighbour, kind: SharedMemoryKind.SystemV)];

        tracker.Scan(() => _members, Budget, isThorough: true);

        Assert.Single(tracker.FindLeftovers());
    }

    [Fact]
    public void A_creator_that_is_found_to_be_a_member_later_makes_the_segment_the_trees()
    {
        AddMember(Root);
        var tracker = new SharedMemoryTracker(_platform);
        _platform.Add(Child, _platform.CurrentTime, parent: Root);
        _memory.Uses[Root] = [_memory.Add(1, creator: Child, kind: SharedMemoryKind.SystemV)];
        tracker.Scan(() => _members, Budget, isThorough: true);
        _platform.Remove(_platform.Find(Child)!);
        AddMember(Child);

        tracker.Scan(() => _members, Budget);

        Assert.Equal(Child, Assert.Single(tracker.FindLeftovers()).CreatorPid);
    }

    [Fact]
    public void A_segment_of_a_dead_creator_that_was_no_member_is_named_unless_another_tree_knows_it()
    {
        var root = AddMember(Root);
        _memory.Add(1, creator: Neighbour, kind: SharedMemoryKind.SystemV);
        var (tracker, other) = (new SharedMemoryTracker(_platform), new SharedMemoryTracker(_platform));
        var scanned = new SharedMemoryTracker(_platform);
        Scan(scanned);
        root.IsGone = true;
        _platform.Find(Root)!.Die();
        _members.Clear();
        _memory.Add(2, creator: Neighbour, kind: SharedMemoryKind.SystemV);
        _memory.Add(3, creator: Root, kind: SharedMemoryKind.SystemV);
        _memory.Uses[Child] = [_memory.Add(4, creator: Neighbour, kind: SharedMemoryKind.SystemV)];
        _memory.Add(5, creator: _platform.Add(Child, _platform.CurrentTime, parent: 1).Pid, kind: SharedMemoryKind.SystemV);
        _memory.Add(6);

        Assert.Equal([2ul], tracker.FindUnidentified([tracker, scanned, other]).Select(found => found.Item.Key.Id));
        Assert.Equal([2ul, 3ul], tracker.FindUnidentified([other]).Select(found => found.Item.Key.Id));
        Assert.All(tracker.FindUnidentified([]), found => Assert.False(found.IsCertain));
        Assert.Empty(tracker.FindLeftovers());
    }

    [Fact]
    public void A_reused_inode_is_another_object()
    {
        AddMember(Root);
        var tracker = new SharedMemoryTracker(_platform);
        _memory.Uses[Root] = [_memory.Add(1)];
        Scan(tracker);
        Assert.Single(tracker.FindLeftovers());

        _memory.Objects.Clear();
        _memory.Add(1, born: DateTimeOffset.UtcNow.AddSeconds(1));

        Assert.Empty(tracker.FindLeftovers());
    }

    [Theory]
    [InlineData(-60, false, false)]
    [InlineData(0, true, false)]
    [InlineData(60, true, true)]
    public void An_older_root_owns_only_objects_that_are_younger_than_itself(int seconds, bool isFound, bool isCertain)
    {
        var root = AddMember(Root);
        _memory.Uses[Root] = [_memory.Add(1, born: DateTimeOffset.UtcNow.AddSeconds(seconds))];
        var tracker = new SharedMemoryTracker(_platform);
        tracker.AddOlderRoot(root.Identity);

        tracker.Scan(() => _members, Budget, isThorough: true);

        Assert.Equal(isFound ? [isCertain] : (bool[])[], tracker.FindLeftovers().Select(found => found.IsCertain));
    }

    private TreeMember AddMember(int pid)
    {
        // The process starts now, by the clock of the platform.
        _platform.Add(pid, _platform.CurrentTime, parent: 1);
        var member = new TreeMember(_platform.Open(new ProcessIdentity(pid, _platform.CurrentTime)), 1, "root");
        _members.Add(member);
        return member;
    }

    private void Scan(SharedMemoryTracker tracker, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            tracker.Scan(() => _members, Budget);
        }
    }
}
