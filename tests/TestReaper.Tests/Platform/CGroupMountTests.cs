using TestReaper.Platform.Linux.Containers;
using Xunit;

namespace TestReaper.Tests.Platform;

/// <summary>An ordinary directory must never be mistaken for a cgroup. <see cref="Zoo.OddMountTests"/> has real mounts.</summary>
public sealed class CGroupMountTests
{
    [Theory(Timeout = 30_000)]
    [InlineData("0::/a/b", "30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "/sys/fs/cgroup/a/b")]
    [InlineData("0::/", "30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "/sys/fs/cgroup")]
    [InlineData("0::/docker/x/y", "30 22 0:26 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "/sys/fs/cgroup/y")]
    [InlineData("0::/a", "30 22 0:26 / /mnt/c\\040g\\1343 rw - cgroup2 none rw", "/mnt/c g\\3/a")]
    [InlineData("0::/a", "30 22 0:26 / /mnt/c\\0 rw - cgroup2 none rw", "/mnt/c\\0/a")]
    [InlineData("0::/../..", "30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", null)]
    [InlineData("0::/../x", "30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", null)]
    [InlineData("0::/../x", "30 22 0:26 /.. /sys/fs/cgroup rw - cgroup2 cgroup2 rw", "/sys/fs/cgroup/x")]
    [InlineData("0::/other", "30 22 0:26 /docker/x /sys/fs/cgroup rw - cgroup2 cgroup2 rw", null)]
    [InlineData("1:name=systemd:/a", "30 22 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw", null)]
    [InlineData("0::/a", "30 22 0:26 / /sys/fs/cgroup rw - cgroup cgroup rw,memory", null)]
    public async Task The_cgroup_of_this_process_is_found_below_its_mount(string cgroup, string mount, string? directory)
    {
        await Task.CompletedTask;
        Assert.Equal(directory, CGroupMount.Directories([cgroup], [mount]).FirstOrDefault());
    }

    [Fact(Timeout = 30_000)]
    public async Task An_ordinary_directory_is_not_a_cgroup_and_stays_empty()
    {
        await Task.CompletedTask;
        var directory = Directory.CreateTempSubdirectory("testreaper-").FullName;
        try
        {
            Assert.False(CGroupFile.IsCGroup(directory));
            Assert.False(CGroupFile.TryWrite(Path.Combine(directory, "cgroup.procs"), "0"));
            Assert.Empty(Directory.EnumerateFileSystemEntries(directory));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [SkippableFact(Timeout = 30_000)]
    public async Task A_real_cgroup_is_recognized()
    {
        await Task.CompletedTask;
        Skip.If(CGroupMount.OwnDirectory() is null, "needs cgroup v2");
        Assert.True(CGroupFile.IsCGroup(CGroupMount.OwnDirectory()!));
    }
}
