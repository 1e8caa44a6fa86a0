using TestReaper.Platform;
using TestReaper.Processes.Layers;
using Xunit;

namespace TestReaper.Tests.Processes;

public sealed class ScopeLayerTests
{
    private readonly FakePlatform _platform = new();
    private readonly FakeProcess _process;
    private readonly ScopeLayer _layer;

    public ScopeLayerTests()
    {
        _process = _platform.Add(100, 100, parent: 1);
        _layer = new ScopeLayer(_platform, "scope");
    }

    [Fact(Timeout = 30_000)]
    public async Task The_environment_of_an_unrelated_process_is_read_only_twice()
    {
        await Task.CompletedTask;

        Assert.Equal([false, false, false, false], Ask(4));
        Assert.Equal([100, 100], _platform.ScopeQuestions);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_unreadable_environment_is_read_again_before_it_counts_as_unrelated()
    {
        await Task.CompletedTask;
        _process.Scopes = null;

        Assert.Equal([null, false, false], Ask(3));
        Assert.Equal([100, 100], _platform.ScopeQuestions);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_was_in_execve_is_found_by_the_second_scan()
    {
        await Task.CompletedTask;
        _process.Scopes = null;
        Assert.Null(Ask(_process.Entry));

        _process.Scopes = ["scope"];
        Assert.True(Ask(_process.Entry));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_still_had_the_environment_of_its_parent_is_found_by_the_second_scan()
    {
        await Task.CompletedTask;
        Assert.False(Ask(_process.Entry));

        _process.Scopes = ["outer", "scope"];
        Assert.True(Ask(_process.Entry));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_environment_of_a_reused_pid_is_read_again()
    {
        await Task.CompletedTask;
        Ask(2);
        _platform.Remove(_process);
        var next = _platform.Add(100, 101, parent: 1, scopes: "scope");

        Assert.True(Ask(next.Entry));
    }

    [Fact(Timeout = 30_000)]
    public async Task Answers_of_dead_processes_are_forgotten_and_those_of_living_ones_are_kept()
    {
        await Task.CompletedTask;
        Ask(2);
        for (var pid = 200; pid < 400; pid++)
        {
            Ask(new FakeProcess(pid, 100).Entry);
        }

        var snapshot = new ProcessSnapshot();
        _platform.Capture(snapshot);
        _layer.BeginScan(new TreeView(snapshot, _ => false));
        _platform.ScopeQuestions.Clear();

        Assert.Equal([false], Ask(1));
        Assert.Empty(_platform.ScopeQuestions);
        Assert.Null(Ask(new FakeProcess(200, 100).Entry));
    }

    private bool? Ask(ProcessEntry entry)
    {
        var view = new TreeView(new ProcessSnapshot(), _ => false);
        _layer.Prepare([entry], view, stallBudget: null);
        return _layer.Claims(entry, view);
    }

    private bool?[] Ask(int times) => [.. Enumerable.Range(0, times).Select(_ => Ask(_process.Entry))];
}
