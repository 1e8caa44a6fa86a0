using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using TestReaper.Platform;
using TestReaper.Platform.MacOS.Native;
using TestReaper.Platform.MacOS.Processes;
using Xunit;

namespace TestReaper.Tests.Platform.MacOS;

/// <summary>The offsets are those of xnu's headers on a 64-bit system.</summary>
public sealed class BsdProcessTests
{
    [Fact(Timeout = 30_000)]
    public async Task A_process_is_read_from_proc_bsdinfo()
    {
        await Task.CompletedTask;
        var info = new byte[BsdProcess.InfoSize];
        Write(info, 4, 2);
        Write(info, 12, 4711);
        Write(info, 16, 1);
        Write(info, 20, 501);
        "python3.12"u8.CopyTo(info.AsSpan(48));
        "a longer name than sixteen"u8.CopyTo(info.AsSpan(64));
        Write(info, 100, 4700);
        Write(info, 112, 4600);
        BinaryPrimitives.WriteInt64LittleEndian(info.AsSpan(120), 1_700_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(info.AsSpan(128), 123_456);

        var process = BsdProcess.FromInfo(info);

        Assert.Equal(
            new BsdProcess(
                new ProcessIdentity(4711, 1_700_000_000_123_456), 1, 4700, 2, 0, 501, 4600, "a longer name than sixteen"),
            process);
        Assert.False(process.IsZombie);
        Assert.Equal(('R', 'S'), (process.StateOf(runs: true), process.StateOf(runs: false)));
    }

    [Fact(Timeout = 30_000)]
    public async Task Without_a_long_name_the_short_one_counts()
    {
        await Task.CompletedTask;
        var info = new byte[BsdProcess.InfoSize];
        "sixteen letters!"u8.CopyTo(info.AsSpan(48));

        Assert.Equal("sixteen letters!", BsdProcess.FromInfo(info).Name);
    }

    [Theory(Timeout = 30_000)]
    [InlineData(5, 'Z', true)]
    [InlineData(4, 'T', false)]
    [InlineData(1, 'S', false)]
    public async Task A_status_has_the_letter_of_Linux(int status, char letter, bool isZombie)
    {
        await Task.CompletedTask;
        var info = new byte[BsdProcess.InfoSize];
        Write(info, 4, status);
        Write(info, 8, 9);

        var process = BsdProcess.FromInfo(info);

        Assert.Equal((letter, isZombie, 9), (process.StateOf(runs: false), process.IsZombie, process.ExitStatus));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_process_is_read_from_kinfo_proc()
    {
        await Task.CompletedTask;
        var info = new byte[BsdProcess.KernelInfoSize];
        BinaryPrimitives.WriteInt64LittleEndian(info, 1_700_000_000);
        Write(info, 8, 999_999);
        info[36] = 5;
        Write(info, 40, 99);
        "launchd"u8.CopyTo(info.AsSpan(243));
        BinaryPrimitives.WriteUInt16LittleEndian(info.AsSpan(280), 256);
        Write(info, 420, 0);
        Write(info, 560, 1);
        Write(info, 564, 98);

        Assert.Equal(
            new BsdProcess(new ProcessIdentity(99, 1_700_000_000_999_999), 1, 98, 5, 256, 0, 0, "launchd"),
            BsdProcess.FromKernelInfo(info));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_use_of_a_task_is_read_from_proc_taskinfo()
    {
        await Task.CompletedTask;
        var info = new byte[TaskUse.Size];
        BinaryPrimitives.WriteInt64LittleEndian(info.AsSpan(8), 8192);
        BinaryPrimitives.WriteInt64LittleEndian(info.AsSpan(16), 1_000_000_000);
        BinaryPrimitives.WriteInt64LittleEndian(info.AsSpan(24), 500_000_000);
        Write(info, 84, 7);
        Write(info, 88, 2);

        var use = TaskUse.Parse(info);

        Assert.Equal(new TaskUse(8192, 1_500_000_000, 7, 2), use);
        Assert.Equal(TimeSpan.FromSeconds(1.5), use.CpuTime);
    }

    [Fact(Timeout = 30_000)]
    public async Task The_event_of_a_kqueue_is_packed()
    {
        await Task.CompletedTask;
        Assert.Equal(32, Unsafe.SizeOf<KernelEvent>());
    }

    private static void Write(byte[] info, int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(info.AsSpan(offset), value);
}
