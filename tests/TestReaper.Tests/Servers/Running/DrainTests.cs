using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

public sealed class DrainTests : RunningServers
{
    private const string StillOpen = "The server's output is still open";

    /// <summary>It left the session and has no environment, but its parent is alive and leads to it.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_child_that_holds_the_output_is_found_and_killed_so_that_the_output_ends()
    {
        await using var server = await StartAsync(Program("--hold-stdout"));
        var holder = Assert.Single(await Registry.WaitForAsync(1, "holder"));
        Assert.Equal(holder.Pid, ProcStat.SessionOf(holder.Pid));

        var report = await server.ReapAsync();

        Registry.AssertNoneAlive();
        Assert.Contains(report.Processes, process => process.ProcessId == holder.Pid && process.WasKilled);
        Assert.DoesNotContain("output: held", report.ToString(), StringComparison.Ordinal);
        Assert.Empty(Logger.Warnings);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stranger_that_holds_the_output_delays_nothing_is_spared_and_causes_a_warning()
    {
        await using var server = await StartAsync(Program());
        await Registry.WaitForAsync(1, "root");
        using var stranger = await HoldAsync(server);
        var start = Stopwatch.GetTimestamp();

        var report = await server.ReapAsync();

        Assert.Contains("output: held", report.ToString(), StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Registry.AssertAlive("stranger", 1);
        Registry.AssertAlive("root", 0);
        Assert.Contains(StillOpen, Assert.Single(Logger.Warnings), StringComparison.Ordinal);
    }

    /// <summary>A double fork out of the session with an empty environment: only an earlier sample can find it.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_descendant_that_escaped_unnoticed_delays_nothing()
    {
        // Whether a sample caught it is a race. Both outcomes are correct if report and warning agree.
        const string Script = "(setsid env -i ${DOTNET_ROOT:+DOTNET_ROOT=\"$DOTNET_ROOT\"} " +
            "\"$0\" --registry \"$1\" --role escaped &) ; exec sleep 60";
        await using var server = await StartAsync(Shell(Script, TestProgram.Path, Registry.Directory));
        var escaped = Assert.Single(await Registry.WaitForAsync(1, "escaped"));
        var start = Stopwatch.GetTimestamp();

        var report = await server.ReapAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        var wasFound = report.Processes.Any(process => process.ProcessId == escaped.Pid);
        Registry.AssertAlive("escaped", wasFound ? 0 : 1);
        Assert.Equal(wasFound ? 0 : 1, Logger.Warnings.Count(warning => warning.StartsWith(StillOpen, StringComparison.Ordinal)));
    }

    [Fact(Timeout = 30_000)]
    public async Task Output_written_before_the_exit_is_complete_even_without_a_newline()
    {
        await using var server = await StartUntilAsync("up", Shell("echo up; printf 'no newline'; exec sleep 60") with { KeepLogs = true });
        using var stranger = await HoldAsync(server);

        await server.ReapAsync();

        Assert.Equal(["up", "no newline"], server.Output.Tail);
        Assert.Equal("up\nno newline\n", LogOf(server));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_stranger_that_writes_later_does_not_block_on_a_pipe_without_a_reader()
    {
        await using var server = await StartAsync(Program());
        using var stranger = Process.Start(new ProcessStartInfo(
            "/bin/sh", ["-c", "exec >/proc/$0/fd/1 || exit 9; while echo tick; do sleep 0.05; done; exit 0", $"{server.ProcessId}"]))!;
        await Poll.UntilAsync(() => server.Output.Tail.Count > 2, "the stranger's output");
        Assert.False(stranger.HasExited);

        await server.ReapAsync();

        await Poll.UntilAsync(() => stranger.HasExited, "the stranger to notice that the pipe has no reader");
    }

    /// <summary>Starts an unrelated process that opens the server's standard output.</summary>
    private async Task<Process> HoldAsync(ServerProcess server)
    {
        var start = new ProcessStartInfo(
            "/bin/sh",
            ["-c", "exec \"$0\" --registry \"$1\" --role stranger >\"/proc/$2/fd/1\"",
                TestProgram.Path, Registry.Directory, $"{server.ProcessId}"]);
        start.Environment.Remove("TESTREAPER_SCOPE");
        var stranger = Process.Start(start)!;
        await Registry.WaitForAsync(1, "stranger");
        return stranger;
    }
}
