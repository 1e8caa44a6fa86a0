using TestReaper.Platform.Linux.Procfs;
using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

/// <summary>A process whose memory is locked answers no question: what else is known of it decides whether that leaves a doubt.</summary>
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
    public async Task It_leaves_a_doubt_for_as_long_as_it_lasts_and_is_named()
    {
        await Task.CompletedTask;
        var blocked = _platform.Add(200, 200, parent: 1, session: 199);
        blocked.IsBlocked = true;

        for (var look = 0; look < 4; look++)
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
    public async Task It_is_claimed_as_soon_as_it_answers_with_the_scope()
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
    public async Task It_leaves_no_doubt_in_a_session_that_is_older_than_the_tree()
    {
        await Task.CompletedTask;
        _platform.Add(200, 200, parent: 1, session: OldSession).IsBlocked = true;

        Assert.True(_tree.Observe().IsClean);
    }

    /// <summary>The leader is dead, and who is left of that session has the number from it.</summary>
    [Fact(Timeout = 30_000)]
    public async Task It_leaves_no_doubt_in_a_session_in_which_somebody_is_older_than_the_tree()
    {
        await Task.CompletedTask;
        _platform.Add(61, 21, parent: 1, session: 59);
        _platform.Add(200, 200, parent: 1, session: 59).IsBlocked = true;

        Assert.True(_tree.Observe().IsClean);
    }

    [Fact(Timeout = 30_000)]
    public async Task It_leaves_a_doubt_in_the_session_of_a_root_that_was_not_launched_in_its_own()
    {
        await Task.CompletedTask;
        _tree.AddRoot(_platform.Add(101, 101, Environment.ProcessId).Identity);
        _platform.Add(200, 200, parent: 1).IsBlocked = true;

        Assert.False(_tree.Observe().IsClean);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(200)]
    [InlineData(201)]
    public async Task It_leaves_no_doubt_if_the_runtime_has_started_it_or_its_parent(int pid)
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
    public async Task It_leaves_no_doubt_if_it_is_of_another_server()
    {
        await Task.CompletedTask;
        using var other = new TreeTracker(_platform, "fedcba9876543210");
        other.AddLaunched(_platform.Add(300, 300, Environment.ProcessId, group: 300, session: 300).Identity);
        _platform.Add(301, 301, parent: 300, group: 300, session: 300).IsBlocked = true;
        other.Observe();

        Assert.True(_tree.Observe().IsClean);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_member_needs_no_answer()
    {
        await Task.CompletedTask;
        _platform.Add(200, 200, parent: 100, group: 100, session: 100).IsBlocked = true;

        Assert.Equal(new Observation(2, true), _tree.Observe());
    }
}
