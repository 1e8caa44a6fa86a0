using System.Runtime.Versioning;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>Each host has a watchdog, which knows the servers of that host only.</summary>
[SupportedOSPlatform("linux")]
public sealed class ManyHostsTests
{
    private const int Hosts = 10;

    [SkippableFact(Timeout = 120_000)]
    [Trait("Category", "Full")]
    public async Task Five_of_ten_hosts_are_killed_and_the_servers_of_the_others_live()
    {
        var hosts = new List<KilledHost>();
        try
        {
            for (var i = 0; i < Hosts; i++)
            {
                hosts.Add(await KilledHost.StartAsync("daemon", LayerSet.NoCGroup));
            }

            hosts.Take(Hosts / 2).ToList().ForEach(host => host.Kill());

            Assert.All(hosts.Take(Hosts / 2), host => host.Server.AssertNoneAlive(TimeSpan.FromSeconds(5)));
            Assert.All(hosts.Skip(Hosts / 2), host => Assert.Equal(2, host.Server.Alive().Count));
        }
        finally
        {
            hosts.ForEach(host => host.Dispose());
        }
    }

    [SkippableTheory(Timeout = 600_000)]
    [Trait("Category", "Full")]
    [InlineData("all layers")]
    [InlineData("no cgroup")]
    public async Task A_host_that_is_killed_at_any_moment_leaves_no_process(string layers)
    {
        const int Runs = 100;
        var started = 0;
        for (var run = 0; run < Runs; run++)
        {
            using var registry = new ProcessRegistry();
            var host = ZooHost.Start(ZooHost.Command(
                LayerSet.Of(layers),
                [
                    "--directory", registry.Directory, "--registry", registry.Directory, "--entries", "2",
                    "--", ZooProgram.Require(), "daemon", ".",
                ]));
            var program = "";
            await Poll.UntilAsync(() => (program = ProcDirectory.CommandLine(host.Pid)).Length > 0, "the end of the execve of the host");
            await Task.Delay(Random.Shared.Next(700));
            _ = LibC.kill(host.Pid, LibC.SIGKILL);
            await Task.Delay(50);

            registry.AssertNoneAlive(TimeSpan.FromSeconds(2));
            await Poll.UntilAsync(() => !HostWatchdog.IsLeftOf(host.Pid), "the watchdog to end");
            Assert.DoesNotContain(ProcDirectory.Pids(), pid => ProcDirectory.CommandLine(pid) == program);
            started += registry.Registered().Count > 0 ? 1 : 0;
            host.Dispose();
        }

        // Some hosts must have been killed early enough to leave processes.
        Assert.True(started > Runs / 10, $"Only {started} of {Runs} hosts had started a server.");
    }
}
