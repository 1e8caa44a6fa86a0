using TestReaper.Platform;
using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Wait;
using Xunit;
using LibC = TestReaper.Platform.Linux.Native.LibC;

namespace TestReaper.Tests.Platform;

public sealed class PidfdTests
{
    [Theory(Timeout = 30_000)]
    [InlineData(3, PidfdOutcome.Gone)] // ESRCH
    [InlineData(22, PidfdOutcome.NoAnswer)] // EINVAL: a kernel race on an exiting process
    [InlineData(2, PidfdOutcome.NoAnswer)] // ENOENT: a thread that is not the leader of its thread group, on 6.18
    [InlineData(24, PidfdOutcome.NoAnswer)] // EMFILE
    [InlineData(23, PidfdOutcome.NoAnswer)] // ENFILE
    [InlineData(12, PidfdOutcome.NoAnswer)] // ENOMEM
    [InlineData(19, PidfdOutcome.NoAnswer)] // ENODEV
    [InlineData(38, PidfdOutcome.NotAvailable)] // ENOSYS
    [InlineData(1, PidfdOutcome.NotAvailable)] // EPERM
    [InlineData(13, PidfdOutcome.NotAvailable)] // EACCES
    internal async Task Each_error_has_its_meaning(int error, PidfdOutcome meaning)
    {
        await Task.CompletedTask;
        Assert.Equal(meaning, Pidfd.Meaning(error));
    }

    /// <summary>Errors of pidfd_send_signal(2) and kill(2). Only ESRCH means that the process is gone.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData(0, SignalOutcome.Sent)]
    [InlineData(3, SignalOutcome.Gone)] // ESRCH
    [InlineData(1, SignalOutcome.Denied)] // EPERM
    [InlineData(22, SignalOutcome.Denied)] // EINVAL
    [InlineData(38, SignalOutcome.Denied)] // ENOSYS
    [InlineData(11, SignalOutcome.Denied)] // EAGAIN
    internal async Task Each_error_of_a_signal_has_its_meaning(int error, SignalOutcome meaning)
    {
        await Task.CompletedTask;
        Assert.Equal(meaning, LinuxProcessHandle.Meaning(error));
    }

    /// <summary>Errors of reads below /proc.</summary>
    [Theory(Timeout = 30_000)]
    [InlineData(2, ReadOutcome.Absent)] // ENOENT: gone before the open, or hidden
    [InlineData(3, ReadOutcome.Absent)] // ESRCH: gone between open and read
    [InlineData(24, ReadOutcome.OutOfResources)] // EMFILE
    [InlineData(23, ReadOutcome.OutOfResources)] // ENFILE
    [InlineData(12, ReadOutcome.OutOfResources)] // ENOMEM
    [InlineData(13, ReadOutcome.Unreadable)] // EACCES: undumpable
    [InlineData(1, ReadOutcome.Unreadable)] // EPERM
    internal async Task Each_error_of_a_read_has_its_meaning(int error, ReadOutcome meaning)
    {
        await Task.CompletedTask;
        Assert.Equal(meaning, ProcFile.Meaning(error));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_living_process_opens_and_a_missing_one_is_gone()
    {
        await Task.CompletedTask;

        Assert.Equal(PidfdOutcome.Opened, Pidfd.TryOpen(Environment.ProcessId, out var fd));
        Assert.True(fd >= 0);
        Assert.Equal(0, LibC.close(fd));

        Assert.Equal(PidfdOutcome.Gone, Pidfd.TryOpen(int.MaxValue, out fd));
        Assert.Equal(-1, fd);
        Assert.True(Pidfd.IsAvailable);
    }

    /// <summary>The error is not an answer, and it does not mean that this host lacks pidfds.</summary>
    [Fact(Timeout = 30_000)]
    public async Task An_invalid_pid_gives_no_answer_and_pidfds_stay_available()
    {
        await Task.CompletedTask;

        Assert.Equal(PidfdOutcome.NoAnswer, Pidfd.TryOpen(-5, out var fd));
        Assert.Equal(-1, fd);
        Assert.True(Pidfd.IsAvailable);
    }
}
