using TestReaper.Processes;
using Xunit;

namespace TestReaper.Tests.Processes;

public sealed class ScopeMemoryTests
{
    private readonly FakePlatform _platform = new();
    private readonly FakeProcess _process;
    private readonly ScopeMemory _memory;

    public ScopeMemoryTests()
    {
        _process = _platform.Add(100, 100, parent: 1);
        _memory = new ScopeMemory(_platform, "scope");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stranger_is_asked_twice_and_then_remembered()
    {
        await Task.CompletedTask;

        Assert.Equal([false, false, false, false], Ask(4));
        Assert.Equal([100, 100], _platform.ScopeQuestions);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_environment_that_gives_no_answer_is_asked_again_before_it_counts_as_no()
    {
        await Task.CompletedTask;
        _process.Scopes = null;

        Assert.Equal([null, false, false], Ask(3));
        Assert.Equal([100, 100], _platform.ScopeQuestions);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_was_in_an_execve_is_found_at_the_second_look()
    {
        await Task.CompletedTask;
        _process.Scopes = null;
        Assert.Null(_memory.Ask(_process.Identity));

        _process.Scopes = ["scope"];
        Assert.True(_memory.Ask(_process.Identity));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_still_had_the_environment_of_its_parent_is_found_at_the_second_look()
    {
        await Task.CompletedTask;
        Assert.False(_memory.Ask(_process.Identity));

        _process.Scopes = ["outer", "scope"];
        Assert.True(_memory.Ask(_process.Identity));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_recycled_pid_is_asked_anew()
    {
        await Task.CompletedTask;
        Ask(2);
        _platform.Remove(_process);
        var next = _platform.Add(100, 101, parent: 1, scopes: "scope");

        Assert.True(_memory.Ask(next.Identity));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_dead_are_forgotten_and_the_living_are_not()
    {
        await Task.CompletedTask;
        Ask(2);
        for (var pid = 200; pid < 400; pid++)
        {
            _memory.Ask(new(pid, 100));
        }

        var snapshot = new ProcessSnapshot();
        _platform.Capture(snapshot);
        _memory.Trim(snapshot);
        _platform.ScopeQuestions.Clear();

        Assert.Equal([false], Ask(1));
        Assert.Empty(_platform.ScopeQuestions);
        Assert.Null(_memory.Ask(new(200, 100)));
    }

    private bool?[] Ask(int times) => [.. Enumerable.Range(0, times).Select(_ => _memory.Ask(_process.Identity))];
}
