using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class KillTreeTargetTests : RealTrees
{
    [Fact(Timeout = 30_000)]
    public async Task A_process_that_does_not_exist_gives_an_empty_report()
    {
        var report = await ProcessReaper.KillTreeAsync(int.MaxValue);

        Assert.Empty(report.Processes);
        Assert.Equal("Nothing to reap (there is no process 2147483647).", report.ToString());
    }

    [Theory(Timeout = 30_000)]
    [InlineData(1, "init process")]
    [InlineData(0, "the caller's own process group")]
    [InlineData(-1, "a process group")]
    [InlineData(int.MinValue, "a process group")]
    public async Task A_pid_of_1_or_less_is_refused(int pid, string why)
    {
        using var bystander = await Bystander.StartAsync();

        var refusal = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ProcessReaper.KillTreeAsync(pid, includeRoot: false));

        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(("processId", pid), (refusal.ParamName, refusal.ActualValue));
        bystander.AssertAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task The_caller_is_refused()
    {
        using var bystander = await Bystander.StartAsync();

        var refusal = await Assert.ThrowsAsync<ArgumentException>(
            () => ProcessReaper.KillTreeAsync(Environment.ProcessId, includeRoot: false));

        Assert.Contains("it cannot wait for its own end", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("Pass the pid of a server's root", refusal.Message, StringComparison.Ordinal);
        bystander.AssertAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task Every_ancestor_is_refused()
    {
        var checkedAny = false;
        for (var pid = ProcStat.ParentOf(Environment.ProcessId)!.Value; pid > 1; pid = ProcStat.ParentOf(pid)!.Value)
        {
            var refusal = await Assert.ThrowsAsync<ArgumentException>(() => ProcessReaper.KillTreeAsync(pid));
            Assert.Contains(
                $"Process {pid} is an ancestor of the current process, which its tree contains.",
                refusal.Message,
                StringComparison.Ordinal);
            checkedAny = true;
        }

        Assert.True(checkedAny, "The test host should have a parent other than init.");
    }

    /// <summary>kill(2) accepts the id of any thread of a process.</summary>
    [Fact(Timeout = 30_000)]
    public async Task The_id_of_a_thread_gives_an_empty_report()
    {
        using var process = StartUnknown();
        await Registry.WaitForAsync(1);
        var thread = Directory.GetDirectories($"/proc/{process.Id}/task")
            .Select(path => int.Parse(Path.GetFileName(path), null))
            .First(id => id != process.Id);

        var report = await ProcessReaper.KillTreeAsync(thread);

        Assert.Empty(report.Processes);
        Registry.AssertAlive("root", 1);
    }
}
