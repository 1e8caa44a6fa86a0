using TestReaper.Reaping;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class ReapReportTextTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_report_draws_how_each_process_ended_and_which_layer_found_it()
    {
        await Task.CompletedTask;
        var report = new ReapReport(
            [
                Reaped(10, 0, "/opt/launcher --port 1", "root", 120),
                Reaped(11, 10, "worker 1", "parent", 130, killed: true),
                Reaped(12, 1, "scheduler", "scope", 1500, killed: true),
                Reaped(13, 10, "worker 2", "parent", 0),
            ],
            TimeSpan.FromSeconds(1.62),
            "parent, scope; pidfd");

        Assert.Equal(
            """
            Reaped 4 processes in 1.6 s, 2 of them by SIGKILL (parent, scope; pidfd)
            ├─ 10 launcher --port 1  (exited after 0.120 s)
            │  ├─ 11 worker 1  (killed, gone after 0.130 s)
            │  └─ 13 worker 2  (had exited before)
            └─ 12 scheduler  (killed, gone after 1.5 s; had left its parent, found by scope)
            """,
            report.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task One_process_is_singular()
    {
        await Task.CompletedTask;
        var report = new ReapReport([Reaped(10, 0, "server", "root", 20)], TimeSpan.FromMilliseconds(25), "m");

        Assert.Equal(
            """
            Reaped 1 process in 0.025 s, none of them by SIGKILL (m)
            └─ 10 server  (exited after 0.020 s)
            """,
            report.ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task An_empty_report_states_the_reason()
    {
        await Task.CompletedTask;

        Assert.Equal("Nothing to reap (nothing was recorded).", new ReapReport([], TimeSpan.Zero, "nothing was recorded").ToString());
    }

    [Fact(Timeout = 30_000)]
    public async Task An_outcome_is_the_reason_of_a_call_that_reaped_nothing()
    {
        await Task.CompletedTask;
        var report = ReapReportBuilder.WithoutReap("there is no process 4711");

        Assert.Equal("there is no process 4711", report.Outcome);
        Assert.Equal("Nothing to reap (there is no process 4711).", report.ToString());
    }

    /// <summary>Of ten equal workers, the killed one is the important one.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_killed_process_is_not_grouped_with_equal_ones_that_exited()
    {
        await Task.CompletedTask;
        var workers = Enumerable.Range(20, 9).Select(pid => Reaped(pid, 10, "worker", "parent", pid));
        var report = new ReapReport(
            [Reaped(10, 0, "launcher", "root", 120), .. workers, Reaped(29, 10, "worker", "parent", 5000, killed: true)],
            TimeSpan.FromSeconds(5),
            "m");

        Assert.Equal(
            """
            Reaped 11 processes in 5.0 s, 1 of them by SIGKILL (m)
            └─ 10 launcher  (exited after 0.120 s)
               ├─ 20, 21, ... 28 [9 alike] worker  (exited after 0.020 s)
               └─ 29 worker  (killed, gone after 5.0 s)
            """,
            report.ToString());
    }

    private static ReapedProcess Reaped(
        int pid, int parent, string commandLine, string foundBy, int milliseconds, bool killed = false) => new()
        {
            ProcessId = pid,
            ParentProcessId = parent,
            CommandLine = commandLine,
            FoundBy = foundBy,
            Elapsed = TimeSpan.FromMilliseconds(milliseconds),
            WasKilled = killed,
        };
}
