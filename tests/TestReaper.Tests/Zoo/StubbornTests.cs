using System.Runtime.Versioning;
using TestReaper.Platform.Linux.Containers;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>Processes that die late or not at all. The report must say which ones, and why.</summary>
[SupportedOSPlatform("linux")]
public sealed class StubbornTests
{
    private const string Freezer = "/sys/fs/cgroup/freezer";

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("all layers")]
    [InlineData("no cgroup")]
    public async Task A_process_in_a_frozen_cgroup_is_reaped(string layers)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        var mount = Mount();
        Skip.If(mount is null, "no cgroup v2 is mounted");
        using var cage = new ZooCage(LayerSet.Of(layers));
        try
        {
            var report = await cage.ReapBesideAsync(new Animal("plain"), new Animal("frozen"), mount!);

            cage.Registry.AssertNoneAlive();
            Assert.True(report.Outcome == "reaped", report.Message);
            cage.AssertInnocentsAlive();
            await cage.EndAsync();
        }
        finally
        {
            RemoveSubCGroups(cage.Registry);
        }
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task The_exception_says_that_the_v1_freezer_keeps_a_process_alive()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess && Directory.Exists(Freezer), "needs root and the v1 freezer");
        var freezer = Directory.CreateDirectory(Path.Combine(Freezer, $"testreaper-zoo-{Guid.NewGuid():N}")).FullName;
        using var cage = new ZooCage(LayerSet.All) { HostOptions = ["--stdin", "--timeout", "2"] };
        try
        {
            var reap = cage.ReapBesideAsync(new Animal("plain"), new Animal("plain"));
            var leaf = (await cage.Registry.WaitForAsync(2)).Single(process => process.Role == "leaf");
            File.WriteAllText(Path.Combine(freezer, "cgroup.procs"), $"{leaf.Pid}");
            File.WriteAllText(Path.Combine(freezer, "freezer.state"), "FROZEN");
            cage.SendLine();

            var report = await reap;

            Assert.Equal("incomplete", report.Outcome);
            var survivor = Assert.Single(report.Survivors!);
            Assert.Equal(leaf.Pid, survivor.Pid);
            Assert.StartsWith("frozen", survivor.State, StringComparison.Ordinal);
            Assert.Contains(leaf, cage.Registry.Alive());
            cage.AssertInnocentsAlive();
        }
        finally
        {
            File.WriteAllText(Path.Combine(freezer, "freezer.state"), "THAWED");
            cage.Registry.AssertNoneAlive(TimeSpan.FromSeconds(5));
            SpinWait.SpinUntil(() => File.ReadAllText(Path.Combine(freezer, "cgroup.procs")).Length == 0, TimeSpan.FromSeconds(5));
            Directory.Delete(freezer);
        }
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("ordinary user")]
    [InlineData("hidepid=2")]
    public async Task The_report_says_that_an_ordinary_user_cannot_kill_a_child_that_became_root(string layers)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        using var cage = new ZooCage(LayerSet.Of(layers), ZooProgram.RequireSetUserId()) { HostOptions = ["--timeout", "2"] };

        var report = await cage.ReapBesideAsync(new Animal("plain"), new Animal("becomes-root"));

        var leaf = Assert.Single(cage.Registry.Alive());
        Assert.Equal("leaf", leaf.Role);
        var isReported = report.Outcome == "incomplete" && report.Survivors!.Any(survivor =>
            survivor.Pid == leaf.Pid && survivor.State.StartsWith("EPERM", StringComparison.Ordinal));
        Assert.True(isReported || report.Message.Contains("hidepid", StringComparison.Ordinal), report.Message);
        cage.AssertInnocentsAlive();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("plain", "ordinary user")]
    [InlineData("plain", "hidepid=2")]
    [InlineData("setsid", "hidepid=2")]
    public async Task A_server_with_an_unreadable_program_is_reaped_or_the_report_names_hidepid(string animal, string layers)
    {
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs root");
        using var cage = new ZooCage(LayerSet.Of(layers), ZooProgram.RequireUnreadable());

        var report = await cage.ReapAsync(Animal.Of(animal));

        Assert.True(cage.Registry.Alive().Count == 0 || report.Message.Contains("hidepid", StringComparison.Ordinal), report.Message);
        Assert.DoesNotContain(cage.Registry.Alive(), process => process.Role == "root");
        cage.AssertInnocentsAlive();
    }

    /// <summary>The mount of cgroup v2: the directory of this process's cgroup without the path of the cgroup.</summary>
    private static string? Mount()
    {
        const string Unified = "0::";
        if (CGroupMount.OwnDirectory() is not { } own)
        {
            return null;
        }

        var cgroup = File.ReadLines("/proc/self/cgroup").Single(line => line.StartsWith(Unified, StringComparison.Ordinal));
        return own[..^cgroup[Unified.Length..].TrimEnd('/').Length];
    }

    // Without the cgroup layer the product does not remove cgroups that the animal created.
    private static void RemoveSubCGroups(ProcessRegistry registry)
    {
        foreach (var root in registry.Registered().Where(process => process.Role == "root"))
        {
            var directory = Path.Combine(CGroupMount.OwnDirectory()!, $"zoo-{root.Pid}");
            if (Directory.Exists(directory))
            {
                File.WriteAllText(Path.Combine(directory, "cgroup.kill"), "1");
                SpinWait.SpinUntil(() => File.ReadAllText(Path.Combine(directory, "cgroup.procs")).Length == 0, TimeSpan.FromSeconds(5));
                Directory.Delete(directory);
            }
        }
    }
}
