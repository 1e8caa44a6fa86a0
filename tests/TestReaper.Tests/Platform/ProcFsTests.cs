using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Procfs;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Reaping;
using Xunit;
using ProcStat = TestReaper.Tests.Infrastructure.ProcStat;

namespace TestReaper.Tests.Platform;

public sealed class ProcFsTests : RealTrees
{
    [Fact(Timeout = 30_000)]
    public async Task All_processes_are_captured_as_they_are()
    {
        using var root = StartUnknown("--setsid", "--children", "3");
        await Registry.WaitForAsync(4);
        var snapshot = new ProcessSnapshot();

        ProcFs.Capture(snapshot);

        foreach (var process in Registry.Alive())
        {
            Assert.True(snapshot.TryGet(process.Pid, out var entry));
            Assert.Equal(process.StartTime, entry.Identity.StartTime);
            Assert.Equal(ProcStat.ParentOf(process.Pid), entry.ParentPid);
            Assert.Equal(ProcStat.GroupOf(process.Pid), entry.GroupId);
            Assert.Equal(ProcStat.SessionOf(process.Pid), entry.SessionId);
            Assert.Equal(Directory.GetDirectories($"/proc/{process.Pid}/task").Length, entry.Threads);
            Assert.True(entry.ResidentPages > 100);
        }

        Assert.True(snapshot.TryGet(1, out _));
        Assert.True(snapshot.TryGet(Environment.ProcessId, out _));
        Assert.Equal(snapshot.Entries.Count, snapshot.Entries.Select(entry => entry.Pid).Distinct().Count());
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reused_snapshot_has_no_entries_of_the_last_capture()
    {
        using var process = StartUnknown();
        await Registry.WaitForAsync(1);
        var snapshot = new ProcessSnapshot();
        ProcFs.Capture(snapshot);
        Assert.True(snapshot.TryGet(process.Id, out var entry) && snapshot.Contains(entry.Identity));
        process.Kill();
        await process.WaitForExitAsync();

        ProcFs.Capture(snapshot);

        Assert.False(snapshot.Contains(entry.Identity));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_missing_process_is_absent()
    {
        await Task.CompletedTask;

        Assert.Equal(ReadOutcome.Absent, ProcFs.TryRead(int.MaxValue, out var entry));
        Assert.Equal(default, entry);
        Assert.Equal("", ProcessPlatform.Current.Processes.CommandLine(int.MaxValue));
        Assert.Null(ProcFs.WaitChannel(int.MaxValue));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_command_line_has_single_spaces_and_a_zombie_its_name_in_brackets()
    {
        using var parent = StartBelowNeglectfulParent("--role", "with space");
        try
        {
            var child = await OneAsync("with space");
            var expected = $"{TestProgram.Path} --registry {Registry.Directory} --role root --role with space";
            Assert.Equal(expected, ProcessPlatform.Current.Processes.CommandLine(child.Pid));

            child.Kill();
            await Poll.UntilAsync(() => ProcStat.StateOf(child.Pid) == 'Z', "the child to die");
            Assert.Equal("[TestReaper.Test]", ProcessPlatform.Current.Processes.CommandLine(child.Pid));
        }
        finally
        {
            parent.Kill();
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task The_wait_channel_of_a_sleeping_process_is_never_zero()
    {
        using var process = Process.Start("sleep", "60");
        try
        {
            string? Expected() => File.ReadAllText($"/proc/{process.Id}/wchan") is var text && text is "0" or "" ? null : text;

            // A kernel may hide the wait channel, but both reads must agree once the process sleeps.
            await Poll.UntilAsync(
                () => ProcStat.StateOf(process.Id) == 'S' && ProcFs.WaitChannel(process.Id) == Expected(),
                "the same answer");
            Assert.NotEqual("0", ProcFs.WaitChannel(process.Id));
        }
        finally
        {
            process.Kill();
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_host_with_pidfds_reports_them_as_its_wait_mechanism()
    {
        await Task.CompletedTask;
        Assert.Equal("pidfd", ProcessPlatform.Current.Control.WaitMechanism);
        Assert.Equal(9, ProcessPlatform.Current.Control.KillSignal);
    }
}
