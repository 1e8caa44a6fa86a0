using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>A host in a mount namespace of its own, where /proc and the cgroups are as containers and test machines show them.</summary>
public sealed class OddMountTests : IDisposable
{
    private const string Script = """
        set -e; dir=$1; own=$(sed -n 's/^0:://p' /proc/self/cgroup)
        mount=$(sed -n 's/.* \(\/[^ ]*\) .* - cgroup2 .*/\1/p' /proc/self/mountinfo | head -1); shift

        """;
    private readonly ProcessRegistry _registry = new();

    public void Dispose() => _registry.Dispose();

    [SkippableFact(Timeout = 60_000)]
    public async Task A_cgroup_mount_whose_path_has_a_space_is_used_and_nothing_is_made_beside_it()
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

    /// <summary>lxcfs shows the time since the start of the container there, and start times since the boot of the machine.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task Uptime_of_a_container_does_not_matter()
    {
        var report = await ReapAsync("echo 9999999999.00 1.00 > \"$dir/.uptime\"; mount --bind \"$dir/.uptime\" /proc/uptime; ");

        Assert.Equal(2, report.Processes!.Count);
    }

    private async Task<HostReport> ReapAsync(string mounts)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        using var host = ZooHost.Start(
        [
            "unshare", "-m", "sh", "-c", Script + mounts + "exec \"$@\"", "sh", _registry.Directory,
            .. ZooHost.Command(LayerSet.All, "--registry", _registry.Directory, "--entries", "2", "--directory", "/"),
            "--", TestProgram.Path, "--registry", _registry.Directory, "--children", "1",
        ]);
        var report = await host.ReportAsync();
        Assert.True(report.Outcome == "reaped", $"{report.Outcome}: {report.Message}");
        _registry.AssertNoneAlive();
        return report;
    }
}
