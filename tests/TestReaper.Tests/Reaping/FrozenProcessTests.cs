using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

/// <summary>A real process that SIGKILL does not end: in a frozen cgroup (v1) the signal stays pending until the thaw.</summary>
public sealed class FrozenProcessTests : RealTrees
{
    private const string Freezer = "/sys/fs/cgroup/freezer";

    [SkippableFact(Timeout = 30_000)]
    public async Task A_process_that_cannot_die_fails_the_reap_in_time_with_its_name()
    {
        using var cage = Cage.Make();
        using var root = StartUnknown("--children", "1");
        await Registry.WaitForAsync(2);
        var logger = new ListLogger();
        var timeout = TimeSpan.FromSeconds(1);

        await cage.FreezeAsync(root.Id);
        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(
            () => ProcessReaper.KillTreeAsync(root.Id, options: new() { GracePeriod = TimeSpan.Zero, Timeout = timeout }, logger: logger));

        var survivor = Assert.Single(failure.Survivors);
        Registry.AssertAlive("root", 1);
        Registry.AssertAlive("child", 0);
        Assert.Equal(root.Id, survivor.ProcessId);
        Assert.True(survivor.Threads > 1, $"{survivor.Threads} thread(s)");
        Assert.Contains("--children 1", survivor.CommandLine, StringComparison.Ordinal);
        Assert.InRange(survivor.StartedAt!.Value, DateTimeOffset.Now.AddMinutes(-1), DateTimeOffset.Now.AddSeconds(2));
        Assert.Equal("child", Registry.Registered().Single(process => process.Pid == Assert.Single(failure.Report.Processes).ProcessId).Role);
        Assert.InRange(failure.Report.Elapsed, timeout, timeout + TimeSpan.FromSeconds(10));
        Assert.StartsWith("1 process not gone 0.5", Assert.Single(logger.Warnings), StringComparison.Ordinal);

        // It had been signalled: when the kernel lets it, it dies.
        cage.Thaw();
        Registry.AssertNoneAlive(grace: TimeSpan.FromSeconds(10));
    }

    private sealed class Cage : IDisposable
    {
        private readonly string _path = $"{Freezer}/testreaper-{Guid.NewGuid():N}";

        public static Cage Make()
        {
            Skip.IfNot(Environment.UserName == "root", "Only root may make a cgroup.");
            Skip.IfNot(File.Exists($"{Freezer}/cgroup.procs"), "There is no cgroup v1 freezer.");
            var cage = new Cage();
            Directory.CreateDirectory(cage._path);
            return cage;
        }

        public async Task FreezeAsync(int pid)
        {
            Write("cgroup.procs", $"{pid}");
            Write("freezer.state", "FROZEN");
            await Poll.UntilAsync(() => File.ReadAllText($"{_path}/freezer.state").Trim() == "FROZEN", "the process to freeze");
        }

        public void Thaw() => Write("freezer.state", "THAWED");

        public void Dispose()
        {
            Thaw();
            foreach (var pid in File.ReadAllLines($"{_path}/cgroup.procs"))
            {
                _ = LibC.kill(int.Parse(pid, null), LibC.SIGKILL);
            }

            SpinWait.SpinUntil(() => File.ReadAllText($"{_path}/cgroup.procs").Length == 0, TimeSpan.FromSeconds(5));
            Directory.Delete(_path);
        }

        private void Write(string file, string text) => File.WriteAllText($"{_path}/{file}", text);
    }
}
