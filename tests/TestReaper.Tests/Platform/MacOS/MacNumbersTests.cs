using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Platform.MacOS.Files;
using TestReaper.Platform.MacOS.Native;
using TestReaper.Platform.MacOS.Wait;
using Xunit;

namespace TestReaper.Tests.Platform.MacOS;

[SupportedOSPlatform("linux")]
public sealed class MacNumbersTests
{
    [Theory(Timeout = 30_000)]
    [InlineData(PosixSignal.SIGHUP, 1)]
    [InlineData(PosixSignal.SIGINT, 2)]
    [InlineData(PosixSignal.SIGQUIT, 3)]
    [InlineData(PosixSignal.SIGTERM, 15)]
    [InlineData(PosixSignal.SIGCHLD, 20)]
    [InlineData(PosixSignal.SIGCONT, 19)]
    [InlineData(PosixSignal.SIGTSTP, 18)]
    [InlineData(PosixSignal.SIGTTIN, 21)]
    [InlineData(PosixSignal.SIGTTOU, 22)]
    [InlineData(PosixSignal.SIGWINCH, 28)]
    [InlineData((PosixSignal)30, 30)]
    public async Task A_signal_has_its_number_of_macOS(PosixSignal signal, int number)
    {
        await Task.CompletedTask;
        Assert.Equal(number, SignalNumbers.From(signal));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0)]
    [InlineData(-11)]
    public async Task An_invalid_signal_is_refused(int signal)
    {
        await Task.CompletedTask;
        Assert.Throws<ArgumentOutOfRangeException>(() => SignalNumbers.From((PosixSignal)signal));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(0, 0, null)]
    [InlineData(256, 1, null)]
    [InlineData(0xFF00, 255, null)]
    [InlineData(9, 137, 9)]
    [InlineData(10 | 0x80, 138, 10)]
    public async Task A_status_says_how_a_process_ended(int status, int code, int? signal)
    {
        await Task.CompletedTask;
        Assert.Equal(new ExitStatus(code, signal), WaitStatus.Parse(status));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_child_that_runs_has_no_exit()
    {
        await Task.CompletedTask;
        Assert.Null(WaitStatus.ParseInfo(new byte[104]));
        Assert.Equal(new ExitStatus(3, null), WaitStatus.ParseInfo(Info(code: 1, status: 3)));
        Assert.Equal(new ExitStatus(137, 9), WaitStatus.ParseInfo(Info(code: 2, status: 9)));
        Assert.Equal(new ExitStatus(139, 11), WaitStatus.ParseInfo(Info(code: 3, status: 11)));
    }

    [Fact(Timeout = 30_000)]
    public async Task An_event_has_the_exit_only_if_the_kernel_shows_it()
    {
        await Task.CompletedTask;
        const uint Exit = 0x80000000, Status = 0x04000000;

        Assert.Equal(new ExitStatus(2, null), ExitEvents.ExitOf(new KernelEvent { FilterFlags = Exit | Status, Data = 512 }));
        Assert.Equal(new ExitStatus(143, 15), ExitEvents.ExitOf(new KernelEvent { FilterFlags = Exit | Status, Data = 15 }));
        Assert.Null(ExitEvents.ExitOf(new KernelEvent { FilterFlags = Exit }));
    }

    [Theory(Timeout = 30_000)]
    [InlineData(10, FatalSignal.Bus)]
    [InlineData(7, FatalSignal.None)]
    [InlineData(9, FatalSignal.Kill)]
    public async Task A_fatal_signal_has_its_meaning_of_macOS(int signal, object meaning)
    {
        await Task.CompletedTask;
        Assert.Equal(meaning, SignalNumbers.FatalOf(new ExitStatus(128 + signal, signal)));
        Assert.Equal(meaning, SignalNumbers.FatalOf(new ExitStatus(128 + signal, null)));
        Assert.Contains("SIG", SignalNumbers.Describe(signal), StringComparison.Ordinal);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_file_is_private_by_its_owner_and_mode()
    {
        await Task.CompletedTask;
        var status = new byte[144];
        BinaryPrimitives.WriteUInt16LittleEndian(status.AsSpan(4), 0x41C0);
        BinaryPrimitives.WriteUInt16LittleEndian(status.AsSpan(6), 2);
        BinaryPrimitives.WriteUInt32LittleEndian(status.AsSpan(16), 501);

        var directory = FileStatus.Parse(status);

        Assert.Equal(new FileStatus(0x41C0, 2, 501), directory);
        Assert.True(directory.IsDirectory);
        Assert.False(directory.IsRegularFile);
        Assert.True(directory.IsPrivateTo(501));
        Assert.False(directory.IsPrivateTo(0));
        Assert.False((directory with { Mode = 0x41C8 }).IsPrivateTo(501));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("/private/tmp/a", "/private/tmp/a")]
    [InlineData("/private/tmp", "/private/tmp/a")]
    [InlineData("/private/tmp/ab", null)]
    [InlineData("/private/tmp/a/b", null)]
    public async Task A_mount_is_found_at_a_path_and_below_it(string path, string? mount)
    {
        await Task.CompletedTask;
        Assert.Equal(mount, MacFiles.FindMount(["/", "/System/Volumes/Data", "/private/tmp/a"], path));
    }

    private static byte[] Info(int code, int status)
    {
        var info = new byte[104];
        BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(8), code);
        BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(12), 4711);
        BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(20), status);
        return info;
    }
}
