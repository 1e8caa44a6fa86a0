using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Wait;
using TestReaper.Tests.Infrastructure;
using Xunit;
using ProcStat = TestReaper.Tests.Infrastructure.ProcStat;

namespace TestReaper.Tests.Platform;

public sealed class EpollExitWatchTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(5);
    private readonly List<Process> _processes = [];
    private readonly List<LinuxProcessHandle> _handles = [];
    private readonly EpollExitWatch _watch = EpollExitWatch.TryCreate()!;

    public static TheoryData<bool> BothKinds => [true, false];

    public void Dispose()
    {
        _watch.Dispose();
        _handles.ForEach(handle => handle.Dispose());
        foreach (var process in _processes)
        {
            process.Kill();
            process.Dispose();
        }
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(BothKinds))]
    public async Task A_wait_ends_with_the_last_process(bool hasPidfd)
    {
        Start(3, hasPidfd);
        Assert.Equal(3, _watch.Remaining);
        var wait = InBackground(Long);

        _processes[0].Kill();
        _processes[1].Kill();
        await Task.WhenAll(_processes[0].WaitForExitAsync(), _processes[1].WaitForExitAsync());
        await Poll.UntilAsync(() => _watch.Remaining == 1, "the first two to be gone");
        Assert.False(wait.IsCompleted);
        _processes[2].Kill();
        await wait;

        Assert.Equal(0, _watch.Remaining);
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(BothKinds))]
    public async Task A_wait_ends_when_its_time_is_over(bool hasPidfd)
    {
        Start(1, hasPidfd);
        var elapsed = await InBackground(TimeSpan.FromMilliseconds(150));

        Assert.InRange(elapsed, TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(10));
        Assert.Equal(1, _watch.Remaining);
        Assert.False(_processes[0].HasExited);
    }

    [Theory(Timeout = 30_000)]
    [MemberData(nameof(BothKinds))]
    public async Task A_wait_ends_when_another_thread_wakes_it(bool hasPidfd)
    {
        Start(1, hasPidfd);
        var wait = InBackground(Long);
        await Task.Delay(50);
        Assert.False(wait.IsCompleted);

        _watch.Wake();
        await wait;

        Assert.Equal(1, _watch.Remaining);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_wake_before_a_wait_ends_the_next_wait_only()
    {
        Start(1, hasPidfd: true);

        _watch.Wake();
        _watch.Wake();
        await InBackground(Long);
        var elapsed = await InBackground(TimeSpan.FromMilliseconds(100));

        Assert.True(elapsed >= TimeSpan.FromMilliseconds(100), $"The second wait ended after {elapsed}.");
    }

    [Fact(Timeout = 30_000)]
    public async Task A_wait_without_living_processes_ends_at_once()
    {
        Start(1, hasPidfd: true);
        var gone = _handles[0];
        _processes[0].Kill();
        await _processes[0].WaitForExitAsync();
        using var watch = EpollExitWatch.TryCreate()!;
        watch.Add(gone);

        watch.WaitForAll(Long);

        Assert.Equal(0, watch.Remaining);
    }

    /// <summary>More processes than one epoll_wait call can report, some with a pidfd and some without.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_wait_ends_after_hundreds_of_processes_are_gone()
    {
        Start(250, hasPidfd: true);
        Start(50, hasPidfd: false);
        Assert.Equal(300, _watch.Remaining);
        var wait = InBackground(Long);

        _processes.ForEach(process => process.Kill());
        await wait;

        Assert.Equal(0, _watch.Remaining);
        Assert.All(_handles, handle => Assert.True(handle.IsGone()));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_wait_uses_almost_no_cpu_time()
    {
        Start(20, hasPidfd: true);
        var before = TimeSpan.Zero;
        var after = TimeSpan.Zero;
        var thread = new Thread(() =>
        {
            before = ThreadCpu.OfThisThread();
            _watch.WaitForAll(TimeSpan.FromSeconds(1));
            after = ThreadCpu.OfThisThread();
        });
        thread.Start();
        await Task.Run(thread.Join);

        Assert.InRange(after - before, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }

    private Task<TimeSpan> InBackground(TimeSpan timeout) => Task.Factory.StartNew(
        () =>
        {
            var start = Stopwatch.GetTimestamp();
            _watch.WaitForAll(timeout);
            return Stopwatch.GetElapsedTime(start);
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    private void Start(int count, bool hasPidfd)
    {
        for (var i = 0; i < count; i++)
        {
            var process = Process.Start("sleep", "120");
            _processes.Add(process);
            var identity = new ProcessIdentity(process.Id, ProcStat.StartTimeOf(process.Id)!.Value);
            var handle = hasPidfd ? LinuxProcessHandle.Open(identity) : PolledHandle.Of(identity);
            _handles.Add(handle);
            _watch.Add(handle);
        }
    }
}
