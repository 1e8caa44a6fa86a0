using TestReaper.Extensibility;
using TestReaper.Tests.Fixtures;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers.Recording;

/// <summary>A server that does not stop within its grace period is recorded before it is killed.</summary>
public sealed class RecordedStopTests : RunningServers
{
    private static readonly ReapOptions ShortGrace = new() { GracePeriod = TimeSpan.FromSeconds(1) };

    [Fact(Timeout = 60_000)]
    public async Task A_stop_that_hangs_is_recorded_and_the_report_names_the_file()
    {
        await using var server = await StartUntilAsync(
            "up", Program("--ignore-term", "--children", "2", "--children-ignore-term", "--print", "up") with { Reap = ShortGrace });
        await Registry.WaitForAsync(3);

        var report = await server.ReapAsync();

        var file = report.StacksFile!;
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains("The server did not stop within its grace period of 1.0 s.", text, StringComparison.Ordinal);
        Assert.All(
            Registry.Registered(), process => Assert.Contains($"== process {process.Pid}: ", text, StringComparison.Ordinal));
        Assert.DoesNotContain("It has exited", text, StringComparison.Ordinal);
        Assert.Contains($"What it did then: {file}{Environment.NewLine}", $"{report}", StringComparison.Ordinal);
        Assert.Contains(file, Logged, StringComparison.Ordinal);
        Assert.Equal(server.Output.LogFile + ".stacks.txt", file);
        Assert.True(File.Exists(server.Output.LogFile), "The log was deleted.");
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task Workers_that_outlive_a_stopped_root_are_recorded_without_it()
    {
        // The root needs some of it to exit, also on a busy machine.
        var grace = new ReapOptions { GracePeriod = TimeSpan.FromSeconds(3) };
        await using var server = await StartUntilAsync(
            "up", Program("--children", "1", "--children-ignore-term", "--print", "up") with { Reap = grace });
        var child = Assert.Single(await Registry.WaitForAsync(1, "child"));

        var report = await server.ReapAsync();

        var text = await File.ReadAllTextAsync(report.StacksFile!);
        Assert.Contains($"== process {child.Pid}: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain($"== process {server.ProcessId}: ", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_stops_in_time_is_not_recorded()
    {
        await using var server = await StartUntilAsync("up", Program("--children", "1", "--print", "up") with { Reap = LongGrace });

        var report = await server.ReapAsync();

        Assert.Null(report.StacksFile);
        Assert.Empty(Directory.EnumerateFiles(LogDirectory));
    }

    [Theory(Timeout = 60_000)]
    [InlineData("no grace")]
    [InlineData("option off")]
    [InlineData("grace ended by the caller")]
    public async Task A_kill_that_the_caller_asks_for_is_not_recorded(string reason)
    {
        var options = Program("--ignore-term", "--print", "up");
        await using var server = await StartUntilAsync("up", options with
        {
            FlightRecorder = reason != "option off",
            Reap = reason switch { "no grace" => AtOnce, "option off" => ShortGrace, _ => LongGrace },
        });
        using var endGrace = new CancellationTokenSource(reason.StartsWith("grace", StringComparison.Ordinal) ? 500 : -1);

        var report = await server.ReapAsync(endGrace.Token);

        Assert.Null(report.StacksFile);
        Assert.Empty(Directory.EnumerateFiles(LogDirectory));
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_log_that_cannot_be_written_beside_does_not_fail_the_reap()
    {
        await using var server = await StartUntilAsync("up", Program("--ignore-term", "--print", "up") with { Reap = ShortGrace });
        var taken = server.Output.LogFile + ".stacks.txt";
        Directory.CreateDirectory(taken);

        var report = await server.ReapAsync();

        Assert.Null(report.StacksFile);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_hook_that_uses_the_whole_grace_period_is_recorded()
    {
        var options = Program("--children", "1", "--print", "up") with { Reap = ShortGrace, Readiness = Readiness.OutputLine("^up$") };
        var hooks = new FixtureHooks(options) { Stopping = () => new TaskCompletionSource().Task };
        var lifetime = new FixtureLifetime(GetType(), hooks, Logger);
        await lifetime.StartAsync(CancellationToken.None);

        await Assert.ThrowsAsync<TimeoutException>(lifetime.StopAsync);

        var text = await File.ReadAllTextAsync(Assert.Single(lifetime.Recordings));
        Assert.StartsWith(
            "The server did not stop within its grace period of 1.0 s, of which 1.0 s had passed before it was asked to stop.",
            text,
            StringComparison.Ordinal);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_recording_of_a_server_that_was_restarted_stays_known()
    {
        var options = Program("--ignore-term", "--print", "up") with { Reap = ShortGrace, Readiness = Readiness.OutputLine("^up$") };
        var lifetime = new FixtureLifetime(GetType(), new FixtureHooks(options), Logger);
        await lifetime.StartAsync(CancellationToken.None);
        var log = lifetime.Server.Output.LogFile!;

        await lifetime.RestartAsync(CancellationToken.None);

        Assert.Equal(log + ".stacks.txt", Assert.Single(lifetime.Recordings));
        Assert.Contains(log, lifetime.KeptLogs);
        await lifetime.StopAsync();
        Assert.Equal(2, lifetime.Recordings.Count);
        File.Delete(lifetime.Recordings[0]);
        Assert.Single(lifetime.Recordings);
    }
}
