using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Wait;
using TestReaper.Tests.Infrastructure;
using Xunit;
using ProcStat = TestReaper.Tests.Infrastructure.ProcStat;

namespace TestReaper.Tests.Platform;

[SupportedOSPlatform("linux")]
public sealed class LinuxNumbersTests
{
    [Theory(Timeout = 30_000)]
    [InlineData(PosixSignal.SIGHUP, 1)]
    [InlineData(PosixSignal.SIGINT, 2)]
    [InlineData(PosixSignal.SIGQUIT, 3)]
    [InlineData(PosixSignal.SIGTERM, 15)]
    [InlineData(PosixSignal.SIGCHLD, 17)]
    [InlineData(PosixSignal.SIGCONT, 18)]
    [InlineData(PosixSignal.SIGTSTP, 20)]
    [InlineData(PosixSignal.SIGTTIN, 21)]
    [InlineData(PosixSignal.SIGTTOU, 22)]
    [InlineData(PosixSignal.SIGWINCH, 28)]
    [InlineData((PosixSignal)10, 10)]
    [InlineData((PosixSignal)64, 64)]
    public async Task A_signal_has_its_Linux_number(PosixSignal signal, int number)
    {
        await Task.CompletedTask;
        Assert.Equal(number, SignalNumbers.From(signal));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(-11)]
    [InlineData(int.MinValue)]
    public async Task An_invalid_signal_is_refused(int signal)
    {
        await Task.CompletedTask;
        Assert.Throws<ArgumentOutOfRangeException>(() => SignalNumbers.From((PosixSignal)signal));
    }

    [Fact(Timeout = 30_000)]
    public async Task Every_named_signal_has_a_number()
    {
        await Task.CompletedTask;
        Assert.All(Enum.GetValues<PosixSignal>(), signal => Assert.InRange(SignalNumbers.From(signal), 1, 64));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_epoll_event_has_the_size_of_this_architecture_and_keeps_its_key()
    {
        await Task.CompletedTask;
        Assert.Equal(RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 12 : 16, EpollEvent.Size);
        foreach (var key in new[] { 0, 1, -1, int.MaxValue, int.MinValue })
        {
            Assert.Equal(key, WriteAndRead(key, out var guard));
            Assert.Equal(0xAA, guard);
        }
    }

    [Fact(Timeout = 30_000)]
    public async Task The_boot_clock_agrees_with_the_start_times_in_proc()
    {
        var before = BootClock.Now();
        using var process = TestProgram.Start("--exit-after", "0");
        var start = ProcStat.StartTimeOf(process.Id);
        var after = BootClock.Now();

        // Null would mean that the process has exited and was collected, but its start takes longer than this.
        Assert.InRange(start!.Value, before, after);
        await process.WaitForExitAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_start_time_becomes_a_date()
    {
        await Task.CompletedTask;
        var now = BootClock.ToWallClock(BootClock.Now());

        // btime has whole seconds, and the wall clock may have been set since the boot.
        Assert.InRange(now!.Value, DateTimeOffset.Now.AddMinutes(-1), DateTimeOffset.Now.AddMinutes(1));
        Assert.Equal(TimeSpan.FromSeconds(2.5), BootClock.ToWallClock(350) - BootClock.ToWallClock(100));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, null, "exited with code 0")]
    [InlineData(7, null, "exited with code 7")]
    [InlineData(137, 9, "was killed by signal 9")]
    [InlineData(null, null, "exited with an unknown code")]
    public async Task An_exit_status_is_described_in_words(int? code, int? signal, string words)
    {
        await Task.CompletedTask;
        Assert.Equal(words, new ExitStatus(code, signal).ToString());
    }

    private static unsafe int WriteAndRead(int key, out byte guard)
    {
        var buffer = stackalloc byte[32];
        new Span<byte>(buffer, 32).Fill(0xAA);
        EpollEvent.Write(buffer, 1, key);
        guard = buffer[EpollEvent.Size];
        return EpollEvent.GetKey(buffer);
    }
}
