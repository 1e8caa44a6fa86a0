using System.Diagnostics;
using TestReaper.Platform.Linux.Procfs;
using Xunit;

namespace TestReaper.Tests.Platform;

/// <summary>The hanging reads of these tests wait for an event, so no process has to hang.</summary>
public sealed class BoundedReadsTests : IDisposable
{
    private static readonly int[] Pids = [Environment.ProcessId, 1];
    private readonly string _subject = Guid.NewGuid().ToString();
    private readonly ManualResetEventSlim _end = new();
    private int _reads;

    public void Dispose() => _end.Set();

    [Fact(Timeout = 30_000)]
    public async Task A_read_returns_its_answer()
    {
        await Task.CompletedTask;

        Assert.True(TryRead(Environment.ProcessId, _subject, static pid => $"{pid}", out var answer));
        Assert.Equal($"{Environment.ProcessId}", answer);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_hanging_read_times_out_and_is_repeated_only_after_it_has_returned()
    {
        Assert.False(TryRead(Environment.ProcessId, _subject, Hang, out _));
        Assert.False(TryRead(Environment.ProcessId, _subject, Hang, out _));
        Assert.Equal(1, _reads);

        // Another subject, and another process, are read all the same.
        Assert.True(TryRead(Environment.ProcessId, _subject + "2", static pid => pid, out _));
        Assert.True(TryRead(1, _subject, static pid => pid, out _));

        _end.Set();
        await Infrastructure.Poll.UntilAsync(
            () => TryRead(Environment.ProcessId, _subject, Hang, out _), "the process to be read again");
        Assert.Equal(2, _reads);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_hanging_read_does_not_delay_the_other_reads_of_its_batch()
    {
        await Task.CompletedTask;

        int[] pids = [Environment.ProcessId, .. Enumerable.Repeat(1, 50)];
        var batch = BoundedReads.ReadEach(pids, _subject, pid => pid == 1 ? pid : Hang(pid));

        Assert.False(batch.TryGet(0, out _));
        Assert.All(Enumerable.Range(1, 50), index => Assert.True(batch.TryGet(index, out var pid) && pid == 1));
    }

    /// <summary>If each of the twelve reads used its own time limit in full, they would exceed the limit of the batch.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Many_hanging_reads_share_one_time_limit()
    {
        await Task.CompletedTask;
        var start = Stopwatch.StartNew();

        int[] pids = [.. Enumerable.Repeat(Environment.ProcessId, 12)];
        var batch = BoundedReads.ReadEach(pids, _subject, Hang, TimeSpan.FromMilliseconds(500));

        Assert.All(Enumerable.Range(0, 12), index => Assert.False(batch.TryGet(index, out _)));
        Assert.InRange(start.Elapsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(500) + TimeSpan.FromSeconds(1));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_that_comes_too_late_is_not_returned_by_the_next_read()
    {
        var batch = BoundedReads.ReadEach(Pids, _subject, Hang);
        Assert.False(batch.TryGet(0, out _));

        _end.Set();
        await Infrastructure.Poll.UntilAsync(() => !StuckReads.Any() || batch.HasAnswer(0), "the reads to return");

        Assert.True(TryRead(Environment.ProcessId, _subject, static pid => pid, out var own));
        Assert.Equal(Environment.ProcessId, own);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_read_by_path_has_a_time_limit_too()
    {
        await Task.CompletedTask;
        Assert.False(BoundedReads.TryRead(_subject, path => Hang(path.Length), out _));
        Assert.False(BoundedReads.TryRead(_subject, path => Hang(path.Length), out _));

        Assert.Equal(1, _reads);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_exception_of_a_read_reaches_the_caller()
    {
        await Task.CompletedTask;

        Assert.Throws<FormatException>(() => TryRead<int>(1, _subject, static _ => throw new FormatException(), out _));
        Assert.True(TryRead(1, _subject, static pid => pid, out _));
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_callers_at_once_get_their_own_answers()
    {
        var callers = Enumerable.Range(0, 16).Select(caller => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                Assert.True(TryRead(1, _subject, _ => (caller * 1000) + i, out var answer));
                Assert.Equal((caller * 1000) + i, answer);
            }
        }));

        await Task.WhenAll(callers);
    }

    private static bool TryRead<T>(int pid, string subject, Func<int, T> read, out T answer) =>
        BoundedReads.ReadEach([pid], subject, read).TryGet(0, out answer);

    private int Hang(int pid)
    {
        Interlocked.Increment(ref _reads);
        _end.Wait();
        return pid;
    }
}
