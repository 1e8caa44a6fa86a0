using System.Collections.Concurrent;
using System.Diagnostics;
using TestReaper.Servers.Output;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>A slow handler of lines loses none, delays nothing else and is not mistaken for a process that holds the output.</summary>
public sealed class SlowHandlerTests : RunningServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_slow_handler_loses_no_line_and_keeps_no_output_open()
    {
        var heard = new ConcurrentQueue<string>();
        await using var server = await StartAsync(Shell("read go; seq 1 4000; echo LAST; exec sleep 60") with
        { RedirectStandardInput = true, KeepLogs = true });
        server.Output.Line += line =>
        {
            heard.Enqueue(line);
            Thread.Sleep(1);
        };
        await server.StandardInput.WriteLineAsync("go");
        await Poll.UntilAsync(() => !heard.IsEmpty, "the first line");
        await Poll.UntilAsync(() => server.Output.Tail is [.., "LAST"], "the last line, which does not wait for the handler");
        Assert.True(heard.Count < 4001);

        var report = await server.ReapAsync();

        Assert.DoesNotContain(report.Releases, release => release.Name == "output");
        Assert.Empty(Logger.Warnings);
        Assert.EndsWith("\n4000\nLAST\n", LogOf(server), StringComparison.Ordinal);
        await Poll.UntilAsync(() => heard.Count == 4001, "all lines, in the end");
        Assert.Equal([.. Enumerable.Range(1, 4000).Select(number => $"{number}"), "LAST"], heard);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_handler_that_hangs_stops_neither_the_server_nor_other_handlers_nor_the_reap()
    {
        using var release = new ManualResetEventSlim();
        var heard = 0;
        await using var server =
            await StartAsync(Shell("read go; seq 1 200000; echo LAST; exec sleep 60") with { RedirectStandardInput = true });
        server.Output.Line += _ => release.Wait(TimeSpan.FromSeconds(25));
        server.Output.Line += _ => Interlocked.Increment(ref heard);

        await server.StandardInput.WriteLineAsync("go");

        await Poll.UntilAsync(() => Volatile.Read(ref heard) == 200_001, "the other handler");
        var start = Stopwatch.GetTimestamp();
        var report = await server.ReapAsync();
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Empty(report.Releases);
        release.Set();
    }

    /// <summary>Output is read on a thread of its own: a server whose output is not read blocks at its next line.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_starved_thread_pool_does_not_stop_the_reading()
    {
        await using var server =
            await StartAsync(Shell("read go; seq 1 50000; echo LAST; exec sleep 60") with { RedirectStandardInput = true });
        using var release = new ManualResetEventSlim();
        ThreadPool.GetMinThreads(out var threads, out _);
        var blocked = Enumerable.Range(0, threads + 64).Select(_ => Task.Run(() => release.Wait(TimeSpan.FromSeconds(20)))).ToArray();
        var isRead = false;
        var watcher = new Thread(() =>
        {
            server.StandardInput.WriteLine("go");
            isRead = SpinWait.SpinUntil(() => server.Output.Tail is [.., "LAST"], TimeSpan.FromSeconds(3));
            release.Set();
        });

        watcher.Start();
        await Task.Run(watcher.Join);
        await Task.WhenAll(blocked);

        Assert.True(isRead);
    }

    [Fact(Timeout = 30_000)]
    public async Task Lines_that_a_handler_missed_are_counted_and_reported()
    {
        using var release = new ManualResetEventSlim();
        var heard = new ConcurrentQueue<string>();
        var subscription = new LineSubscription(line =>
        {
            release.Wait();
            heard.Enqueue(line);
        })
        {
            Capacity = 30,
        };

        for (var number = 0; number < 10; number++)
        {
            subscription.Post("0123456789");
        }

        release.Set();

        await Poll.UntilAsync(() => heard.Any(line => line.StartsWith("[TestReaper:", StringComparison.Ordinal)), "the notice");
        var lines = heard.Count(line => line == "0123456789");
        Assert.Contains($"{10 - lines} lines are left out", heard.Last(), StringComparison.Ordinal);
        Assert.InRange(lines, 3, 4);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_removed_handler_gets_none_of_the_waiting_lines()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        var heard = 0;
        await using var server = await StartAsync(Shell("read go; echo one; echo two; cat") with { RedirectStandardInput = true });
        void Handle(string line)
        {
            heard++;
            entered.Release();
            release.Wait(TimeSpan.FromSeconds(20));
        }

        server.Output.Line += Handle;
        await server.StandardInput.WriteLineAsync("go");
        await entered.WaitAsync();
        await Poll.UntilAsync(() => server.Output.Tail.Count == 2, "both lines");

        server.Output.Line -= Handle;
        release.Set();
        await server.ReapAsync();

        Assert.Equal(1, heard);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_process_that_keeps_the_output_open_is_named()
    {
        await using var server = await StartAsync(Program());
        await Registry.WaitForAsync(1, "root");
        using var stranger = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", "exec >/proc/$0/fd/1 || exit 9; echo hold; exec sleep 50", $"{server.ProcessId}"]))!;
        await Poll.UntilAsync(() => server.Output.Tail.Contains("hold"), "the stranger");

        var report = await server.ReapAsync();

        Assert.False(stranger.HasExited);
        stranger.Kill();
        var output = Assert.Single(report.Releases, release => release.Name == "output");
        Assert.Equal(ReleaseVerdict.Held, output.Verdict);
        Assert.Equal($"process {stranger.Id} (sleep 50)", output.Detail);
        Assert.Contains($"still open in process {stranger.Id} (sleep 50)", Assert.Single(Logger.Warnings), StringComparison.Ordinal);
    }
}
