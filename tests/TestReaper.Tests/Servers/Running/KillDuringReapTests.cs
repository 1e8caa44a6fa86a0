using System.Diagnostics;
using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>The kill of a tree, by an emergency shutdown or a leak check, does not wait for the grace period of a reap under way.</summary>
public sealed class KillDuringReapTests : RunningServers
{
    private static readonly ReapOptions Grace = new() { GracePeriod = TimeSpan.FromSeconds(20) };
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact(Timeout = 60_000)]
    public async Task The_reap_of_a_server_skips_the_rest_of_its_grace_period()
    {
        await using var server = await StartUntilAsync("up", Program("--ignore-term", "--print", "up") with { Reap = Grace });
        var reap = server.ReapAsync();
        var start = Stopwatch.GetTimestamp();

        await TreeOf(server.ProcessId).KillAsync();

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Soon);
        Assert.Null((await reap).StacksFile);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_reap_of_recorded_processes_skips_the_rest_of_its_grace_period()
    {
        var reaper = new ProcessReaper(Grace);
        var start = new ProcessStartInfo(TestProgram.Path, ["--registry", Registry.Directory, "--ignore-term"]);
        using var process = reaper.Start(start);
        await Registry.WaitForAsync(1);
        var tree = TreeOf(process.Id);
        var reap = reaper.ReapAsync();
        var begin = Stopwatch.GetTimestamp();

        await tree.KillAsync();
        await reap;

        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.Zero, Soon);
        Registry.AssertNoneAlive();
    }

    private static LiveTree TreeOf(int pid) =>
        Assert.Single(LiveTrees.All, tree => tree.Tree.Members.Any(member => member.Identity.Pid == pid));
}
