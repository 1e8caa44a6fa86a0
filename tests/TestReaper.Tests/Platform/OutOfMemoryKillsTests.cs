using TestReaper.Platform;
using TestReaper.Platform.Linux.Containers;
using Xunit;

namespace TestReaper.Tests.Platform;

/// <summary>The counters of the kernel, as it writes them.</summary>
public sealed class OutOfMemoryKillsTests
{
    [Theory]
    [InlineData("low 0\nhigh 0\nmax 41\noom 2\noom_kill 3\noom_group_kill 0", 3L)]
    [InlineData("oom_kill_disable 0\nunder_oom 0\noom_kill 1", 1L)]
    [InlineData("oom_kill_disable 0\nunder_oom 0", null)]
    [InlineData("", null)]
    public void The_count_is_read_from_each_file(string text, long? count) =>
        Assert.Equal(count, OutOfMemoryKills.ParseCount(text.Split('\n')));

    [Theory]
    [InlineData("4:memory:/job/7", "/", "memory", "/mnt/m/job/7")]
    [InlineData("4:cpu,memory:/job/7", "/job", "cpu,memory", "/mnt/m/7")]
    [InlineData("4:memory:/job/7", "/other", "memory", null)]
    [InlineData("4:memory:/job/7", "/", "cpu", null)]
    [InlineData("0::/job/7", "/", "memory", null)]
    public void The_memory_cgroup_of_version_1_is_found_where_it_is_mounted(string cgroup, string root, string options, string? directory)
    {
        var mount = $"36 30 0:30 {root} /mnt/m rw,relatime shared:1 - cgroup cgroup rw,{options}";

        Assert.Equal(directory, OutOfMemoryKills.Version1Directories([cgroup], [mount]).SingleOrDefault());
    }

    [Fact]
    public void Only_counts_that_have_risen_remain_and_a_new_place_counts_if_it_is_the_servers()
    {
        MemoryKills[] before = [new("job", false, 4), new("machine", false, 9)];
        MemoryKills[] after = [new("own", true, 1), new("job", false, 4), new("other", false, 2), new("machine", false, 12)];

        Assert.Equal([new MemoryKills("own", true, 1), new MemoryKills("machine", false, 3)], MemoryKills.Since(before, after));
    }

    [Fact]
    public void A_place_that_is_listed_twice_counts_once()
    {
        MemoryKills[] before = [new("job", false, 4), new("job", false, 4)];

        Assert.Equal([new MemoryKills("job", false, 1)], MemoryKills.Since(before, [new("job", false, 5)]));
    }

    [SkippableFact]
    public void This_machine_has_counters_and_its_file_systems_have_room()
    {
        var facts = ProcessPlatform.Current.Facts;
        Skip.If(facts is null, "no facts on this system");

        Assert.All(facts!.MemoryKillsOf(server: null), kills => Assert.False(kills.IsOfServer));
        Assert.True(facts.SpaceAt(Path.GetTempPath()) is { TotalBytes: > 0, FreeBytes: > 0 });
        Assert.Null(facts.SpaceAt("/no/such/directory"));
    }

    [Theory]
    [InlineData(null, 9, "Kill")]
    [InlineData(137, null, "Kill")]
    [InlineData(132, null, "IllegalInstruction")]
    [InlineData(135, 7, "Bus")]
    [InlineData(153, 25, "FileSize")]
    [InlineData(139, 11, "None")]
    [InlineData(9, null, "None")]
    [InlineData(0, null, "None")]
    public void The_exit_code_of_a_shell_names_the_signal_too(int? code, int? signal, string name) =>
        Assert.Equal(name, $"{ProcessPlatform.Current.Facts?.SignalOf(new ExitStatus(code, signal))}");
}
