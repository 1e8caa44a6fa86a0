using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Platform.Linux;
using Xunit;

namespace TestReaper.Tests.Platform;

/// <summary>What <c>testreaper doctor</c> reads from /proc.</summary>
public sealed class SystemFactsTests
{
    private static readonly string[] Limits =
    [
        "Limit                     Soft Limit           Hard Limit           Units     ",
        "Max cpu time              unlimited            unlimited            seconds   ",
        "Max processes             1024                 unlimited            processes ",
        "Max open files            600                  524288               files     ",
    ];

    private static readonly string[] Mounts =
    [
        "22 1 0:20 / /dev rw,nosuid - devtmpfs udev rw,mode=755",
        "23 22 0:21 / /dev/shm rw,nosuid - tmpfs tmpfs rw",
        "24 22 0:22 / /dev/shm rw shared:5 - ramfs none rw",
    ];

    [Theory(Timeout = 30_000)]
    [InlineData("Max open files", 600L, 524288L)]
    [InlineData("Max processes", 1024L, null)]
    [InlineData("Max cpu time", null, null)]
    public async Task A_limit_has_two_values(string name, long? soft, long? hard)
    {
        await Task.CompletedTask;

        Assert.Equal(new ResourceLimit(soft, hard), LinuxSystemFacts.ParseLimit(Limits, name));
    }

    [Fact(Timeout = 30_000)]
    public async Task A_limit_that_the_kernel_does_not_list_is_unknown()
    {
        await Task.CompletedTask;

        Assert.Null(LinuxSystemFacts.ParseLimit(Limits, "Max locked memory"));
    }

    [Fact(Timeout = 30_000)]
    public async Task The_last_mount_at_a_directory_counts()
    {
        await Task.CompletedTask;

        Assert.Equal("ramfs", LinuxSystemFacts.FindFileSystem(Mounts, "/dev/shm"));
        Assert.Null(LinuxSystemFacts.FindFileSystem(Mounts, "/dev/mqueue"));
    }

    /// <summary>An image has no free block, and is not full.</summary>
    [SkippableFact(Timeout = 30_000)]
    public async Task A_file_system_that_is_mounted_for_reading_has_no_known_space()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root to mount a file system");
        var directory = Directory.CreateTempSubdirectory("read-only-").FullName;
        using var mount = Process.Start("mount", ["-t", "tmpfs", "-o", "ro,size=64k", "none", directory]);
        await mount.WaitForExitAsync();
        try
        {
            Skip.IfNot(mount.ExitCode == 0, "a tmpfs cannot be mounted");

            Assert.Null(new LinuxSystemFacts().SpaceAt(directory));
        }
        finally
        {
            using var unmount = Process.Start("umount", ["-l", directory]);
            await unmount.WaitForExitAsync();
            Directory.Delete(directory);
        }
    }
}
