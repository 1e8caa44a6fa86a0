using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>Hosts in their own mount namespace, with mounts of /proc and cgroups as in containers and on build machines.</summary>
public sealed class OddMountTests : IDisposable
{
    private const string Script = """
        set -e; dir=$1; own=$(sed -n 's/^0:://p' /proc/self/cgroup)
        mount=$(sed -n 's/.* \(\/[^ ]*\) .* - cgroup2 .*/\1/p' /proc/self/mountinfo | head -1); shift

        """;
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [SkippableFact(Timeout = 60_000)]
    public async Task A_cgroup_mount_with_a_space_in_its_path_is_used()
    {
        var report = await ReapAsync("mkdir \"$dir/.cg 3\"; umount -l \"$mount\"; mount -t cgroup2 none \"$dir/.cg 3\"; ");

        Assert.Contains("cgroup", report.Mechanism, StringComparison.Ordinal);
        Assert.DoesNotContain("no cgroup", report.Mechanism, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_registry.Directory, ".cg\\0403")));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task An_ordinary_directory_over_the_cgroup_mount_is_not_used_and_stays_empty()
    {
        var report = await ReapAsync("mkdir -p \"$dir/.over/$own\"; mount --bind \"$dir/.over\" \"$mount\"; ");

        Assert.Contains("no cgroup: ", report.Mechanism, StringComparison.Ordinal);
        var over = Path.Combine(_registry.Directory, ".over");
        Assert.Empty(Directory.EnumerateFiles(over, "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateDirectories(over, "testreaper-*", SearchOption.AllDirectories));
    }

    /// <summary>In a container with lxcfs, the boot time is that of the container and start times are those of the machine.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task Ages_are_right_if_the_boot_time_and_the_uptime_are_those_of_a_container()
    {
        using var host = Start(
            "sed 's/^btime .*/btime 1000000/' /proc/stat > \"$dir/.stat\"; mount --bind \"$dir/.stat\" /proc/stat; "
            + "echo 9999999999.00 1.00 > \"$dir/.uptime\"; mount --bind \"$dir/.uptime\" /proc/uptime; ",
            "--leak-scope");
        host.SendLine(["begin", "Class", "0", "exclusive"]);
        Assert.Equal("begun", (await host.ReadAsync<Leaks.LeakAnswer>()).Outcome);
        host.SendLine(["start", "/bin/sleep", "60"]);
        Assert.Equal("started", (await host.ReadAsync<Leaks.LeakAnswer>()).Outcome);

        host.SendLine(["end"]);

        Assert.Matches("running for [0-9]+\\.[0-9] s", (await host.ReadAsync<Leaks.LeakAnswer>()).Message);
    }

    private ZooHost Start(string mounts, params string[] options)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        return ZooHost.Start(
        [
            "unshare", "-m", "sh", "-c", Script + mounts + "exec \"$@\"", "sh", _registry.Directory,
            .. ZooHost.Command(LayerSet.All, options),
        ]);
    }

    private async Task<HostReport> ReapAsync(string mounts)
    {
        using var host = Start(
            mounts, "--registry", _registry.Directory, "--entries", "2", "--directory", "/",
            "--", TestProgram.Path, "--registry", _registry.Directory, "--children", "1");
        var report = await host.ReportAsync();
        Assert.True(report.Outcome == "reaped", $"{report.Outcome}: {report.Message}");
        _registry.AssertNoneAlive();
        return report;
    }
}
