using TestReaper.Platform;
using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

public sealed class ProcessWordsTests
{
    [Theory(Timeout = 30_000)]
    [InlineData('R', 1, "R (running)", false)]
    [InlineData('S', 9, "S (sleeping)", false)]
    [InlineData('D', 1, "D (uninterruptible sleep)", false)]
    [InlineData('T', 1, "T (stopped by a signal)", false)]
    [InlineData('t', 1, "t (stopped by a debugger)", false)]
    [InlineData('I', 1, "I (idle)", false)]
    [InlineData('Z', 2, "Z (main thread exited, others are alive)", false)]
    [InlineData('Z', 1, "Z (exited, not yet waited for)", true)]
    [InlineData('Z', 0, "Z (exited, not yet waited for)", true)]
    [InlineData('X', 1, "X (dead)", true)]
    [InlineData('W', 1, "W", false)]
    public async Task A_state_has_an_explanation_and_shows_whether_the_process_is_gone(char state, int threads, string words, bool gone)
    {
        await Task.CompletedTask;
        var entry = new ProcessEntry(new(1, 1), 0, 0, 0, state, threads, 0);

        Assert.Equal((words, gone), (ProcessStates.Explain(entry), entry.IsGone));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(null, "b")]
    [InlineData("", "b")]
    [InlineData("a", "a:b")]
    [InlineData("a:c", "a:c:b")]
    public async Task Scopes_nest(string? list, string expected)
    {
        await Task.CompletedTask;
        Assert.Equal(expected, ScopeId.Append(list, "b"));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_scope_is_random()
    {
        await Task.CompletedTask;
        Assert.Matches("^[0-9a-f]{16}$", ScopeId.New());
        Assert.NotEqual(ScopeId.New(), ScopeId.New());
    }

    [Fact(Timeout = 30_000)]
    public async Task The_ancestors_of_this_process_end_with_init()
    {
        await Task.CompletedTask;
        int[] expected = [Environment.ProcessId, FakePlatform.HostGroup, FakePlatform.HostSession, 1];
        Assert.Equal(expected, Ancestry.FromThisProcess(new FakePlatform()));
    }

    /// <summary>With hidepid=2 the parents cannot be read, but init must be protected. A cycle of reused pids must end.</summary>
    [Fact(Timeout = 30_000)]
    public async Task An_unreadable_ancestor_ends_the_list_and_init_is_in_it()
    {
        await Task.CompletedTask;
        var platform = new FakePlatform();
        platform.Find(FakePlatform.HostGroup)!.IsUnreadable = true;
        Assert.Equal([Environment.ProcessId, FakePlatform.HostGroup, 1], Ancestry.FromThisProcess(platform));

        platform.Find(FakePlatform.HostGroup)!.IsUnreadable = false;
        platform.Find(FakePlatform.HostGroup)!.Parent = Environment.ProcessId;
        Assert.Equal([Environment.ProcessId, FakePlatform.HostGroup, 1], Ancestry.FromThisProcess(platform));
    }
}
