using System.Diagnostics;
using TestReaper.Platform.Linux.Procfs;
using Xunit;

namespace TestReaper.Tests.Platform;

/// <summary>Reads that hang here wait for an event: no process has to hang for that.</summary>
public sealed class BoundedReadsTests : IDisposable
{
    private static readonly int[] Pids = [Environment.ProcessId, 1];
    private readonly string _subject = Guid.NewGuid().ToString();
    private readonly ManualResetEventSlim _end = new();
    private int _reads;

    public void Dispose() => _end.Set();

    [Fact(Timeout = 30_000)]
    public async Task An_answer_is_given()
    {
        await Task.CompletedTask;

        Assert.True(BoundedReads.TryRead(Environment.ProcessId, _subject, static pid => $"{pid}", out var answer));
        Assert.Equal($"{Environment.ProcessId}", answer);
    }

    [Fact(Timeout = 30_000)]
    public async Task What_hangs_is_unanswered_and_is_read_again_only_when_it_has_returned()
    {
        Assert.False(BoundedReads.TryRead(Environment.ProcessId, _subject, Hang, out _));
        Assert.False(BoundedReads.TryRead(Environment.ProcessId, _subject, Hang, out _));
        Assert.Equal(1, _reads);

        // Another subject, and another process, are read all the same.
        Assert.True(BoundedReads.TryRead(Environment.ProcessId, _subject + "2", static pid => pid, out _));
        Assert.True(BoundedReads.TryRead(1, _subject, static pid => pid, out _));

        _end.Set();
        await Infrastructure.Poll.UntilAsync(
            () => BoundedReads.TryRead(Environment.ProcessId, _subject, Hang, out _), "the process to be read again");
        Assert.Equal(2, _reads);
    }

    [Fact(Timeout = 30_000)]
    public async Task One_that_hangs_keeps_no_other_from_its_answer()
    {
        await Task.CompletedTask;

        int[] pids = [Environment.ProcessId, .. Enumerable.Repeat(1, 50)];
        var batch = BoundedReads.ReadEach(pids, _subject, pid => pid == 1 ? pid : Hang(pid));

        Assert.False(batch.TryGet(0, out _));
        Assert.All(Enumerable.Range(1, 50), index => Assert.True(batch.TryGet(index, out var pid) && pid == 1));
    }

    /// <summary>Twelve that hang for the patience of each would take longer than the budget of all.</summary>
    [Fact(Timeout = 30_000)]
    public async Task Many_that_hang_have_one_budget()
    {
        await Task.CompletedTask;
        var start = Stopwatch.StartNew();

        int[] pids = [.. Enumerable.Repeat(Environment.ProcessId, 12)];
        var batch = BoundedReads.ReadEach(pids, _subject, Hang, TimeSpan.FromMilliseconds(500));

        Assert.All(Enumerable.Range(0, 12), index => Assert.False(batch.TryGet(index, out _)));
        Assert.InRange(start.Elapsed, TimeSpan.Zero, TimeSpan.FromMilliseconds(500) + TimeSpan.FromSeconds(1));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_answer_that_comes_too_late_does_not_appear()
    {
        var batch = BoundedReads.ReadEach(Pids, _subject, Hang);
        Assert.False(batch.TryGet(0, out _));

        _end.Set();
        await Infrastructure.Poll.UntilAsync(() => !StuckReads.Any() || batch.HasAnswer(0), "the reads to return");

        Assert.True(BoundedReads.TryRead(Environment.ProcessId, _subject, static pid => pid, out var own));
        Assert.Equal(Environment.ProcessId, own);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_path_is_asked_with_a_deadline_too()
    {
        await Task.CompletedTask;
        Assert.False(BoundedReads.TryRead(_subject, path => Hang(path.Length), out _));
        Assert.False(BoundedReads.TryRead(_subject, path => Hang(path.Length), out _));

        Assert.Equal(1, _reads);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_fault_of_a_read_is_the_caller_s()
    {
        await Task.CompletedTask;

        Assert.Throws<FormatException>(() => BoundedReads.TryRead<int>(1, _subject, static _ => throw new FormatException(), out _));
        Assert.True(BoundedReads.TryRead(1, _subject, static pid => pid, out _));
    }

    [Fact(Timeout = 60_000)]
    public async Task Many_callers_at_once_get_their_own_answers()
    {
        var callers = Enumerable.Range(0, 16).Select(caller => Task.Run(() =>
        {
            for (var i = 0; i < 500; i++)
            {
                Assert.True(BoundedReads.TryRead(1, _subject, _ => (caller * 1000) + i, out var answer));
                Assert.Equal((caller * 1000) + i, answer);
            }
        }));

        await Task.WhenAll(callers);
    }

    private int Hang(int pid)
    {
        Interlocked.Increment(ref _reads);
        _end.Wait();
        return pid;
    }
}
