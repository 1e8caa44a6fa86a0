using System.Runtime.InteropServices;
using TestReaper.Platform;
using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class ContainmentTests
{
    private readonly FakeReap _reap = new();

    [Fact(Timeout = 30_000)]
    public async Task Two_clean_looks_in_a_row_are_needed_after_the_last_death()
    {
        await Task.CompletedTask;

        _reap.Run();

        // One before the first signal, which serves for the kill, too; two that find nothing.
        Assert.Equal(3, _reap.Platform.Captures);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_straggler_in_the_second_clean_look_is_killed_and_begins_the_count_anew()
    {
        await Task.CompletedTask;
        FakeProcess? straggler = null;
        _reap.Platform.BeforeCapture = look => straggler ??= look == 3 ? _reap.AddChild(102, parent: 1) : null;

        var report = _reap.Run();

        Assert.Equal([9], straggler!.Signals);
        Assert.Equal(5, _reap.Platform.Captures);
        Assert.Equal(2, report.Processes.Count);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_look_in_which_a_new_process_died_unread_does_not_count()
    {
        await Task.CompletedTask;
        _reap.Platform.BeforeCapture = look =>
        {
            _reap.Platform.Running.RemoveAll(process => process.IsUnreadable);
            if (look == 3)
            {
                _reap.Platform.Add(500, 500, 1).IsUnreadable = true;
            }
        };

        _reap.Run();

        Assert.Equal(5, _reap.Platform.Captures);
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_clean_looks_until_the_deadline_containment_is_incomplete()
    {
        await Task.CompletedTask;
        _reap.Platform.BeforeCapture = look =>
        {
            _reap.Platform.Time.Advance(TimeSpan.FromSeconds(5));
            _reap.Platform.Running.RemoveAll(process => process.IsUnreadable);
            _reap.Platform.Add(500 + look, 500, 1).IsUnreadable = true;
        };

        var failure = Assert.Throws<ReapTimeoutException>(_reap.Run);

        Assert.StartsWith("Containment incomplete: for 60.0 s new processes kept starting and dying", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Look for a process that forks without end", failure.Message, StringComparison.Ordinal);
        Assert.Empty(failure.Survivors);
        Assert.Equal(100, Assert.Single(failure.Report.Processes).ProcessId);
    }

    /// <summary>Beside thousands of processes a scan of all takes so long that some die in it unread each time.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Scans_of_all_that_are_never_clean_are_made_up_for_by_clean_scans_of_what_is_new()
    {
        await Task.CompletedTask;
        var fullScans = 0;
        _reap.Platform.BeforeCapture = look =>
        {
            _reap.Platform.Time.Advance(TimeSpan.FromSeconds(5));
            _reap.Platform.Running.RemoveAll(process => process.IsUnreadable);
            if (_reap.Platform.ReadsAll)
            {
                fullScans++;
                _reap.Platform.Add(500 + look, 500, 1).IsUnreadable = true;
            }
        };

        var report = _reap.Run();

        Assert.Equal(100, Assert.Single(report.Processes).ProcessId);
        Assert.Equal(1, fullScans);
        Assert.Equal(5, _reap.Platform.Captures);
    }

    /// <summary>With hidepid=1 the processes of other users are listed and never readable.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_process_that_can_never_be_read_does_not_make_every_look_unclean()
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

        // The launcher exits on the stop signal; its child then has nothing in common with it any more.
        reap.Platform.BeforeCapture = look =>
        {
            if (look == 2)
            {
                reap.Platform.Remove(reap.Root);
            }
        };
        reap.Run();

        Assert.Equal([-(int)PosixSignal.SIGTERM, 9], child.Signals);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_group_that_the_tree_founded_is_killed_as_one()
    {
        await Task.CompletedTask;
        var reap = new FakeReap(group: 100);

        reap.Run();

        Assert.Equal((100, 9), Assert.Single(reap.Platform.GroupSignals));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_group_of_the_test_host_is_never_killed_as_one()
    {
        await Task.CompletedTask;

        _reap.Run();

        Assert.Empty(_reap.Platform.GroupSignals);
        Assert.Equal([9], _reap.Root.Signals);
    }
}
