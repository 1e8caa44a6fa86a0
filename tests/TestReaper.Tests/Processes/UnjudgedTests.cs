using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>
/// The environment of a process whose memory is locked cannot be read. What else is known about the process decides whether it is
/// unjudged.
/// </summary>
[Collection(FakePlatform.Launched)]
public sealed class UnjudgedTests : IDisposable
{
    private const string Scope = "0123456789abcdef";
    private const int OldSession = 60;
    private readonly FakePlatform _platform = new();
    private readonly TreeTracker _tree;

    public UnjudgedTests()
    {
        _platform.Add(OldSession, 20, parent: 1, session: OldSession);
        var root = _platform.Add(100, 100, Environment.ProcessId, group: 100, session: 100, scopes: Scope);
        _tree = new TreeTracker(_platform, Scope);
        _tree.AddLaunched(root.Identity);
    }

    public void Dispose() => _tree.Dispose();

    [Fact(Timeout = 30_000)]
    public async Task A_blocked_process_is_unjudged_and_reported_as_long_as_it_is_blocked()
    {
        await Task.CompletedTask;
        var blocked = _platform.Add(200, 200, parent: 1, session: 199);
        blocked.IsBlocked = true;

        for (var scan = 0; scan < 4; scan++)
        {
            Assert.False(_tree.Observe().IsClean);
            Assert.Equal(blocked.Identity, Assert.Single(_tree.Unjudged).Identity);
        }

        blocked.IsBlocked = false;
        Assert.True(_tree.Observe().IsClean);
        Assert.Empty(_tree.Unjudged);
        Assert.Single(_tree.Members);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_blocked_process_is_claimed_as_soon_as_its_scope_can_be_read()
    {
        await Task.CompletedTask;
        var blocked = _platform.Add(200, 200, parent: 1, session: 199, scopes: Scope);
        blocked.IsBlocked = true;
        Assert.False(_tree.Observe().IsClean);
        Assert.False(_tree.Observe().IsClean);

        blocked.IsBlocked = false;

        Assert.Equal(2, _tree.Observe().Living);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_blocked_process_in_a_session_older_than_the_tree_is_unrelated()
    {
        await Task.CompletedTask;
        _platform.Add(200, 200, parent: 1, session: OldSession).IsBlocked = true;

        Assert.True(_tree.Observe().IsClean);
    }

    /// <summary>The session leader is dead. The older process that is left proves the age of the session.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_blocked_process_in_a_session_with_an_older_process_is_unrelated()
    {
        await Task.CompletedTask;
        _platform.Add(61, 21, parent: 1, session: 59);
        _platform.Add(200, 200, parent: 1, session: 59).IsBlocked = true;

        Assert.True(_tree.Observe().IsClean);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_blocked_process_in_the_session_of_a_root_without_its_own_session_is_unjudged()
    {
        await Task.CompletedTask;
        _tree.AddRoot(_platform.Add(101, 101, Environment.ProcessId).Identity);
        _platform.Add(200, 200, parent: 1).IsBlocked = true;

        Assert.False(_tree.Observe().IsClean);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(200)]
    [InlineData(201)]
    public async Task A_blocked_process_is_unrelated_if_the_runtime_started_it_or_its_parent(int pid)
    {
        await Task.CompletedTask;
        _platform.Add(200, 200, Environment.ProcessId, session: 200);
        _platform.Add(201, 201, parent: 200, session: 201);
        _platform.Find(pid)!.IsBlocked = true;
        Assert.False(_tree.Observe().IsClean);

        _platform.RuntimeChildren.Add(200);

        Assert.True(_tree.Observe().IsClean);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_blocked_member_of_another_server_is_unrelated()
    {
        await Task.CompletedTask;
        using var other = new TreeTracker(_platform, "fedcba9876543210");
        other.AddLaunched(_platform.Add(300, 300, Environment.ProcessId, group: 300, session: 300).Identity);
        _platform.Add(301, 301, parent: 300, group: 300, session: 300).IsBlocked = true;
        other.Observe();

        Assert.True(_tree.Observe().IsClean);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_blocked_member_does_not_make_the_scan_unclean()
    {
        await Task.CompletedTask;
        _platform.Add(200, 200, parent: 100, group: 100, session: 100).IsBlocked = true;

        Assert.Equal(new Observation(2, true), _tree.Observe());
    }
}
