using System.Runtime.InteropServices;
using TestReaper.Platform;
using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class ContainmentTests
{
    private readonly FakeReap _reap = new();

    [Fact(Timeout = 30_000)]
    public async Task Two_clean_scans_in_a_row_are_needed_after_the_last_death()
    {
        await Task.CompletedTask;

        _reap.Run();

        // One scan before the first signal, which the kill uses too, and two empty ones.
        Assert.Equal(3, _reap.Platform.Captures);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_straggler_in_the_second_clean_scan_is_killed_and_restarts_the_count()
    {
        await Task.CompletedTask;
        FakeProcess? straggler = null;
        _reap.Platform.BeforeCapture = scan => straggler ??= scan == 3 ? _reap.AddChild(102, parent: 1) : null;

        var report = _reap.Run();

        Assert.Equal([9], straggler!.Signals);
        Assert.Equal(5, _reap.Platform.Captures);
        Assert.Equal(2, report.Processes.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_scan_in_which_a_new_process_died_unread_does_not_count()
    {
        await Task.CompletedTask;
        _reap.Platform.BeforeCapture = scan =>
        {
            _reap.Platform.Running.RemoveAll(process => process.IsUnreadable);
            if (scan == 3)
            {
                _reap.Platform.Add(500, 500, 1).IsUnreadable = true;
            }
        };

        _reap.Run();

        Assert.Equal(5, _reap.Platform.Captures);
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_clean_scans_until_the_deadline_containment_is_incomplete()
    {
        await Task.CompletedTask;
        _reap.Platform.BeforeCapture = scan =>
        {
            _reap.Platform.Time.Advance(TimeSpan.FromSeconds(5));
            _reap.Platform.Running.RemoveAll(process => process.IsUnreadable);
            _reap.Platform.Add(500 + scan, 500, 1).IsUnreadable = true;
        };

        var failure = Assert.Throws<ReapTimeoutException>(_reap.Run);

        Assert.StartsWith(
            "Containment incomplete: for 60.0 s new processes kept starting and dying", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Look for a process that forks without end", failure.Message, StringComparison.Ordinal);
        Assert.Empty(failure.Survivors);
        Assert.Equal(100, Assert.Single(failure.Report.Processes).ProcessId);
    }

    /// <summary>With thousands of unrelated processes a full scan takes so long that some die unread in each one.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Clean_scans_of_new_processes_complete_a_full_scan_that_was_not_clean()
    {
        await Task.CompletedTask;
        var fullScans = 0;
        _reap.Platform.BeforeCapture = scan =>
        {
            _reap.Platform.Time.Advance(TimeSpan.FromSeconds(5));
            _reap.Platform.Running.RemoveAll(process => process.IsUnreadable);
            if (_reap.Platform.ReadsAll)
            {
                fullScans++;
                _reap.Platform.Add(500 + scan, 500, 1).IsUnreadable = true;
            }
        };

        var report = _reap.Run();

        Assert.Equal(100, Assert.Single(report.Processes).ProcessId);
        Assert.Equal(1, fullScans);
        Assert.Equal(5, _reap.Platform.Captures);
    }

    /// <summary>With hidepid=1 the processes of other users are listed but never readable.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_process_that_can_never_be_read_does_not_make_every_scan_unclean()
    {
        await Task.CompletedTask;
        _reap.Platform.Add(500, 500, 1).IsUnreadable = true;

        _reap.Run();

        Assert.Equal(3, _reap.Platform.Captures);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_tree_is_scanned_before_the_first_signal()
    {
        await Task.CompletedTask;
        var reap = new FakeReap { Options = RealTrees.LongGrace };
        var child = reap.AddChild(101);
        (child.Scopes, reap.Root.IsImmortal) = ([], true);

        // The launcher exits on the stop signal. After that nothing links its child to it.
        reap.Platform.BeforeCapture = scan =>
        {
            if (scan == 2)
            {
                reap.Platform.Remove(reap.Root);
            }
        };
        reap.Run();

        Assert.Equal([-(int)PosixSignal.SIGTERM, 9], child.Signals);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_that_exits_between_a_scan_and_the_end_of_the_stop_is_not_reported_as_killed()
    {
        await Task.CompletedTask;
        var reap = new FakeReap { Options = RealTrees.LongGrace with { StopWholeTree = true } };
        reap.Platform.AfterCapture = scan =>
        {
            if (scan == 2)
            {
                reap.Root.Die();
            }
        };

        var report = reap.Run();

        Assert.Equal([-(int)PosixSignal.SIGTERM], reap.Root.Signals);
        Assert.False(Assert.Single(report.Processes).WasKilled);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_created_by_the_tree_is_killed_in_one_call()
    {
        await Task.CompletedTask;
        var reap = new FakeReap(group: 100);

        reap.Run();

        Assert.Equal((100, 9), Assert.Single(reap.Platform.GroupSignals));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_group_of_the_test_host_is_never_killed_in_one_call()
    {
        await Task.CompletedTask;

        _reap.Run();

        Assert.Empty(_reap.Platform.GroupSignals);
        Assert.Equal([9], _reap.Root.Signals);
    }
}
