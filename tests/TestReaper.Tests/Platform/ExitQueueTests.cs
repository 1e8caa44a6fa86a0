using System.Diagnostics;
using System.Text;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Wait;
using TestReaper.Processes.Exits;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Processes;
using Xunit;

namespace TestReaper.Tests.Platform;

public sealed class ExitQueueTests
{
    [Fact(Timeout = 30_000)]
    public async Task Exits_are_returned_once_and_in_their_order()
    {
        await Task.CompletedTask;
        var queue = EpollExitQueue.TryCreate()!;
        using Child first = new("7"), second = new("0");
        Assert.True(queue.TryAdd(first.Handle, 1));
        Assert.True(queue.TryAdd(second.Handle, 2));
        Assert.Empty(queue.Wait(TimeSpan.Zero));
        second.End();
        first.End();

        Assert.Equal([2, 1], queue.Wait(TimeSpan.FromSeconds(10)));

        Assert.Empty(queue.Wait(TimeSpan.Zero));
        Assert.Equal(7, first.Handle.ReadExit()!.Value.Code);
        Assert.Equal(0, second.Handle.ReadExit()!.Value.Code);
    }

    [Fact(Timeout = 30_000)]
    public async Task Wake_before_the_wait_ends_it()
    {
        await Task.CompletedTask;
        foreach (var queue in (ExitQueue[])[EpollExitQueue.TryCreate()!, new PolledExitQueue()])
        {
            queue.Wake();

            Assert.Empty(queue.Wait(Timeout.InfiniteTimeSpan));
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_without_an_event_is_polled()
    {
        var exits = new HostExits(new FakePlatform());
        using var child = new Child("3");
        var exited = new TaskCompletionSource();
        using var watch = exits.Add(child.Handle, exited.TrySetResult);
        var never = new TaskCompletionSource();
        exits.Add(child.Handle, never.TrySetResult).Dispose();

        child.End();

        await exited.Task;
        await Task.Delay(200);
        Assert.False(never.Task.IsCompleted);
    }

    [Fact(Timeout = 30_000)]
    public async Task An_exit_that_the_callback_could_not_note_yet_is_reported_again()
    {
        var exits = new HostExits(ProcessPlatform.Current);
        using var child = new Child("3");
        using var other = new Child("4");
        var (calls, exited, otherExited) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        using var watch = exits.Add(child.Handle, () => ++calls == 3 && exited.TrySetResult());
        using var failing = exits.Add(
            other.Handle, () => otherExited.TrySetResult() ? throw new InvalidOperationException("a fault") : true);

        other.End();
        await otherExited.Task;
        child.End();

        await exited.Task;
        await Task.Delay(200);
        Assert.Equal(3, calls);
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task The_status_is_known_after_the_process_was_collected_and_the_handle_was_disposed()
    {
        Skip.IfNot(PidfdExit.IsAvailable, "needs Linux 6.15");
        var child = new Child("5");
        child.End();
        await child.CollectAsync();
        Assert.True(child.Handle.IsGone());

        child.Dispose();

        Assert.Equal(5, child.Handle.ReadExit()?.Code);
    }

    [Theory(Timeout = 30_000)]
    [InlineData("Z", 1, 0x0700, 7, null)]
    [InlineData("Z", 1, 11, 128 + 11, 11)]
    [InlineData("Z", 1, 128 + 6, 128 + 6, 6)]
    [InlineData("Z", 2, 0x0700, null, null)]
    [InlineData("S", 1, 0, null, null)]
    public async Task The_status_of_a_zombie_is_parsed(string state, int threads, int status, int? code, int? signal)
    {
        await Task.CompletedTask;
        var line = $"77 (a) b) {state} 1 77 77 0 -1 4228108 116 0 0 0 0 0 0 0 20 0 {threads} 0 9 0 0 " +
            $"0 0 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0 {status}\n";

        var exit = ZombieExit.Parse(Encoding.ASCII.GetBytes(line), new ProcessIdentity(77, 9));

        Assert.Equal((code, signal), (exit?.Code, exit?.Signal));
        Assert.Null(ZombieExit.Parse(Encoding.ASCII.GetBytes(line), new ProcessIdentity(77, 8)));
    }

    [Fact(Timeout = 30_000)]
    public async Task Each_signal_that_ends_a_process_by_default_has_a_text()
    {
        await Task.CompletedTask;
        int[] fatal = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 31];

        Assert.All(fatal, signal => Assert.StartsWith("SIG", SignalText.Describe(signal), StringComparison.Ordinal));
        Assert.All((int[])[0, 17, 18, 28, 64, 200, -1], signal => Assert.Null(SignalText.Describe(signal)));
    }

    /// <summary>A shell that waits for the end of its input and then exits with a code.</summary>
    private sealed class Child : IDisposable
    {
        private readonly Process _process;

        public Child(string code)
        {
            _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"read go; exit {code}"]) { RedirectStandardInput = true })!;
            Handle = LinuxProcessHandle.Open(new ProcessIdentity(_process.Id, ProcStat.StartTimeOf(_process.Id)!.Value));
        }

        public ProcessHandle Handle { get; }

        public void End()
        {
            _process.StandardInput.Close();
            SpinWait.SpinUntil(Handle.IsGone, TimeSpan.FromSeconds(10));
        }

        public Task CollectAsync() => _process.WaitForExitAsync();

        public void Dispose()
        {
            Handle.Dispose();
            _process.Dispose();
        }
    }
}
