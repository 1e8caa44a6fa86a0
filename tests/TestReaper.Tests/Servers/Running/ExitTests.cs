using System.Collections.Concurrent;
using System.Diagnostics;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The end of a root or a worker is reported when it happens.</summary>
public sealed class ExitTests : RunningServers
{
    [Theory(Timeout = 30_000)]
    [InlineData("exit 7", 7, null)]
    [InlineData("kill -11 $$", 128 + 11, 11)]
    public async Task The_end_of_the_root_completes_the_task_and_cancels_the_token(string end, int code, int? signal)
    {
        var before = DateTimeOffset.UtcNow;
        await using var server = await StartUntilAsync("up", Shell($"echo up; read go; {end}") with { RedirectStandardInput = true });
        Assert.False(server.Exited.IsCompleted);
        Assert.False(server.ExitedToken.IsCancellationRequested);
        await server.StandardInput.WriteLineAsync("go");

        var exit = await server.Exited;

        Assert.Equal((code, signal, false), (exit.ExitCode, exit.Signal, exit.WasReaped));
        Assert.InRange(exit.At, before, DateTimeOffset.UtcNow);
        await Poll.UntilAsync(() => server.ExitedToken.IsCancellationRequested, "the token");
        await server.ReapAsync();
        Assert.Same(exit, await server.Exited);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_end_of_the_root_is_reported_at_once()
    {
        await using var server = await StartAsync(Program());
        var root = (await Registry.WaitForAsync(1))[0];
        var start = Stopwatch.GetTimestamp();
        root.Kill();

        await server.Exited;

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Contains(
            "was killed by signal 9 (SIGKILL, which no process can handle", await LoggedAsync("before it was stopped"),
            StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reap_is_not_a_death()
    {
        await using var server = await StartAsync(Program());
        var (exited, token) = (server.Exited, server.ExitedToken);

        await server.ReapAsync();

        Assert.True((await exited).WasReaped);
        await Poll.UntilAsync(() => token.IsCancellationRequested, "the token");
        Assert.Empty(Logger.Warnings);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_pending_request_ends_with_the_server()
    {
        await using var server = await StartAsync(Program("--listen", "{port}"));
        var root = (await Registry.WaitForAsync(1))[0];
        var waiting = Task.Delay(Timeout.Infinite, server.ExitedToken);

        root.Kill();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_token_is_cancelled_although_tests_block_the_thread_pool()
    {
        await using var server = await StartAsync(Program());
        var root = (await Registry.WaitForAsync(1))[0];
        var gate = new object();
        var isReleased = false;
        using var cancelled = new ManualResetEventSlim();
        await using var registration = server.ExitedToken.Register(cancelled.Set);

        // Not Task.Wait: the pool starts further threads at once for those that wait for a task. Otherwise it starts two in a second.
        for (var i = 0; i < 100; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    lock (gate)
                    {
                        while (!isReleased && Monitor.Wait(gate, TimeSpan.FromSeconds(10)))
                        {
                        }
                    }
                },
                null);
        }

        root.Kill();
        var isCancelled = cancelled.Wait(TimeSpan.FromSeconds(5));
        lock (gate)
        {
            isReleased = true;
            Monitor.PulseAll(gate);
        }

        Assert.True(isCancelled);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("kill -9", 128 + 9, 9)]
    [InlineData("kill -15", 0, null)]
    public async Task The_end_of_a_worker_is_an_event(string kill, int code, int? signal)
    {
        await using var server = await StartAsync(Program("--children", "2"));
        var exits = new ConcurrentQueue<WorkerExit>();
        server.WorkerExited += exits.Enqueue;
        var workers = (await Registry.WaitForAsync(3)).Where(process => process.Role == "child").ToArray();
        await WatchedAsync(server, workers.Length);

        using var killer = Process.Start("/bin/sh", ["-c", $"{kill} {workers[0].Pid}"]);
        await Poll.UntilAsync(() => !exits.IsEmpty, "the event");

        var exit = Assert.Single(exits);
        Assert.Equal(workers[0].Pid, exit.ProcessId);
        Assert.Contains("--role child", exit.CommandLine, StringComparison.Ordinal);
        Assert.Equal((code, signal), (exit.ExitCode, exit.Signal));
        Assert.False(server.Exited.IsCompleted);
        await server.ReapAsync();
        Assert.Single(exits);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_handler_that_throws_ends_nothing()
    {
        await using var server = await StartAsync(Program("--children", "2"));
        var count = 0;
        server.WorkerExited += _ => throw new InvalidOperationException("handler " + Interlocked.Increment(ref count));
        var workers = (await Registry.WaitForAsync(3)).Where(process => process.Role == "child").ToArray();
        await WatchedAsync(server, workers.Length);

        Array.ForEach(workers, worker => worker.Kill());

        await Poll.UntilAsync(() => count == 2, "both events");
        Assert.Contains("handler 1", await LoggedAsync("A handler of WorkerExited failed"), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_attached_server_never_exits()
    {
        await using var server = await ServerProcess.StartAsync(new ServerProcessOptions
        {
            FileName = "unused",
            AttachTo = new Uri("http://localhost:1/"),
            Readiness = Readiness.Custom("up", (_, _) => Task.FromResult(true)),
        });
        server.WorkerExited += _ => { };

        Assert.False(server.Exited.IsCompleted);
        Assert.False(server.ExitedToken.CanBeCanceled);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_log_of_a_server_that_may_exit_is_removed_after_code_0()
    {
        await using var server = await StartUntilAsync(
            "up", Shell("echo up; read go") with { RedirectStandardInput = true, MayExit = true });
        await server.StandardInput.WriteLineAsync("go");
        await server.Exited;

        await server.ReapAsync();

        Assert.Empty(Logger.Warnings);
        Assert.False(File.Exists(server.Output.LogFile));
    }

    private static Task WatchedAsync(ServerProcess server, int workers) =>
        Poll.UntilAsync(() => server.Exits!.WatchedWorkers >= workers, "a sample that shows the workers");

    private async Task<string> LoggedAsync(string text)
    {
        string? message = null;
        await Poll.UntilAsync(
            () => (message = Logger.Messages.Select(logged => logged.Message).FirstOrDefault(
                message => message.Contains(text, StringComparison.Ordinal))) is not null,
            text);
        return message!;
    }
}
