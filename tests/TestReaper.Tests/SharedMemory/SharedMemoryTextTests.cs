using TestReaper.Platform;
using TestReaper.Platform.Linux.SharedMemory;
using TestReaper.Processes.SharedMemory;
using Xunit;

namespace TestReaper.Tests.SharedMemory;

/// <summary>Parses recorded lines of the kernel, and tests the text of the report.</summary>
public sealed class SharedMemoryTextTests
{
    private static readonly (uint, uint)[] DevShm = [(0, 0x1b)];

    [Theory]
    [InlineData("7f103d651000-7f103de52000 rw-s 00000000 00:1b 2                          /dev/shm/torch_10493_2321959228_0", 2, true)]
    [InlineData("7f1060bfb000-7f1060bfc000 rw-s 00000000 00:1b 10                         /dev/shm/sem.Cv0QYn (deleted)", 10, true)]
    [InlineData("7f1060bfb000-7f1060bfc000 rw-s 00000000 00:1b 10                         /dev/shm/sem.Cv0QYn (deleted)", 1, false)]
    [InlineData("7f1060bfb000-7f1060bfc000 rw-s 00000000 00:1c 10                         /dev/shm/sem.Cv0QYn", 10, false)]
    [InlineData("7f1060bfb000-7f1060bfc000 r--p 00000000 fe:00 10                         /usr/lib/libc.so.6", 10, false)]
    [InlineData("7f1060bfb000-7f1060bfc000 rw-p 00000000 00:00 0", 0, false)]
    [InlineData("garbage", 10, false)]
    [InlineData("", 10, false)]
    public void A_mapped_file_is_recognized_by_device_and_inode(string line, ulong inode, bool isFound)
    {
        var wanted = new SharedMemoryKey(SharedMemoryKind.Posix, "/dev/shm/x", inode);
        var search = new SharedMemoryUse.Search([wanted], DevShm, hasSystemV: true);

        SharedMemoryUse.FindMapped(System.Text.Encoding.UTF8.GetBytes($"{line}\n"), search);

        Assert.Equal(isFound, search.Found.Count == 1);
    }

    [Theory]
    [InlineData("7f10-7f11 rw-s 00000000 00:01 24                         /SYSV00000000 (deleted)", true, true)]
    [InlineData("7f10-7f11 rw-s 00000000 00:01 24                         /SYSV00000000 (deleted)", false, false)]
    [InlineData("7f10-7f11 rw-s 00000000 00:01 24                         /dev/zero (deleted)", true, false)]
    [InlineData("7f10-7f11 rw-s 00000000 00:1b 24                         /dev/shm/x", true, false)]
    public void A_System_V_segment_is_recognized_by_its_id_in_the_same_IPC_namespace(string line, bool isSameNamespace, bool isFound)
    {
        var search = new SharedMemoryUse.Search([new SharedMemoryKey(SharedMemoryKind.SystemV, "", 24)], DevShm, isSameNamespace);

        SharedMemoryUse.FindMapped(System.Text.Encoding.UTF8.GetBytes(line), search);

        Assert.Equal(isFound, search.Found.Count == 1);
    }

    [Fact]
    public void A_line_of_the_System_V_table_is_parsed()
    {
        const string Line = "         0         24   600   65536 31104 0 3  1000     0     7     0          0          0 1795638121 0 0";

        var line = SystemVMemory.Parse(Line)!;

        Assert.Equal(3, line.Attached);
        Assert.Equal(
            new SharedMemoryObject(
                new SharedMemoryKey(SharedMemoryKind.SystemV, "", 24), 65536, 1000, DateTimeOffset.FromUnixTimeSeconds(1795638121), 31104),
            line.Item);
    }

    [Theory]
    [InlineData("       key      shmid perms    size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime rss swap")]
    [InlineData("         0         24  1600   65536 31104 0 3  1000     0     7     0          0          0 1795638121 0 0")]
    [InlineData("garbage")]
    [InlineData("")]
    public void Lines_without_an_existing_segment_are_ignored(string line) => Assert.Null(SystemVMemory.Parse(line));

    [Theory]
    [InlineData("/dev/shm/torch_10493_2321959228_0", 10493)]
    [InlineData("/dev/shm/torch_1_2_3", null)]
    [InlineData("/dev/shm/torch_x_2_3", null)]
    [InlineData("/dev/shm/torch_10493", null)]
    [InlineData("/dev/shm/psm_10493_1_2", null)]
    public void The_creator_is_read_from_a_PyTorch_file_name(string path, int? creator) =>
        Assert.Equal(creator, MemoryFile.CreatorIn(path));

    [Theory]
    [InlineData(32, "32 bytes")]
    [InlineData(64 * 1024, "64.0 KiB")]
    [InlineData(4 * 1024 * 1024, "4.0 MiB")]
    [InlineData(3L * 1024 * 1024 * 1024, "3.0 GiB")]
    public void A_report_has_the_name_the_size_and_the_creator(long size, string text)
    {
        var item = new SharedMemoryObject(
            new SharedMemoryKey(SharedMemoryKind.Posix, "/dev/shm/psm_\u001b[31m\n1a2b", 7), size, 0, null, null);

        Assert.Equal(
            $"shared memory /dev/shm/psm_?[31m?1a2b ({text}, created by pid 123 pyt?hon)",
            $"{new FoundMemory(item, 123, "pyt\u0007hon", true)}");
    }
}
