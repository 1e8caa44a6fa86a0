using System.Diagnostics;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Servers;
using Xunit;

namespace TestReaper.Tests.Platform;

/// <summary>While the kernel holds the memory lock of a process, each reader of its cmdline, environ or maps blocks.</summary>
public sealed class HungMemoryTests : RunningServers
{
    private static readonly ReapOptions Short = new()
    {
        GracePeriod = TimeSpan.FromSeconds(1),
        Timeout = TimeSpan.FromSeconds(3),
        ReleaseTimeout = TimeSpan.FromSeconds(1),
    };

    [SkippableFact(Timeout = 60_000)]
    public async Task Every_query_about_a_hung_process_ends_in_time()
    {
        using var hung = HungMemory.Require();
        var process = hung.Start();
        await HungMemory.WaitUntilLockedAsync(process.Id);
        var platform = ProcessPlatform.Current;
        var start = Stopwatch.StartNew();

        Assert.Equal("[hung]", platform.Processes.CommandLine(process.Id));
        Assert.Null(ProcEnviron.CarriesScope(process.Id, "0123456789abcdef"));
        Assert.Null(platform.Marks.ReadInheritedScopes(process.Id));
        Assert.False(platform.Marks.IsInMemoryOf(process.Id, "x"));
        Assert.Equal(0u, platform.Processes.Describe(process.Id).UserId);
        Assert.NotNull(platform.Processes.WaitChannel(process.Id));
        Assert.Null(platform.Processes.CommandLines([process.Id])[0]);
        var answers = new ScopeAnswer[1];
        platform.Marks.ReadScope([process.Id], "0123456789abcdef", answers);
        Assert.Equal(ScopeAnswer.Blocked, answers[0]);
        Assert.InRange(start.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));

        // The control: without the lock the same reads succeed.
        hung.Release();
        await Poll.UntilAsync(
            () => platform.Processes.CommandLine(process.Id).Contains(hung.Program, StringComparison.Ordinal),
            "the command line to be readable again");
        Assert.False(ProcEnviron.CarriesScope(process.Id, "0123456789abcdef"));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_hung_unrelated_process_does_not_spoil_a_reap()
    {
        using var hung = HungMemory.Require();
        var server = await StartAsync(Program("--children", "2") with { Reap = Short });
        await Registry.WaitForAsync(3);
        var stranger = hung.Start();
        await HungMemory.WaitUntilLockedAsync(stranger.Id);

        var start = Stopwatch.StartNew();
        var report = await server.ReapAsync();

        Assert.InRange(start.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(6));
        Assert.Equal(3, report.Processes.Count);
        Registry.AssertNoneAlive();
        Assert.Equal('D', ProcStat.StateOf(stranger.Id));
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_hung_member_is_reported_as_a_survivor_and_its_siblings_are_reaped()
    {
        using var hung = HungMemory.Require();
        var options = Shell("sleep 1000 & exec \"$@\"", ["sh", hung.Program, .. hung.Arguments]);
        var server = await StartUntilAsync("hung", options with { Reap = Short });
        await HungMemory.WaitUntilLockedAsync(server.ProcessId);

        var start = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<ReapTimeoutException>(() => server.ReapAsync());

        Assert.InRange(start.Elapsed, TimeSpan.Zero, Short.GracePeriod + Short.Timeout + Short.ReleaseTimeout + TimeSpan.FromSeconds(1));
        Assert.Equal(server.ProcessId, Assert.Single(failure.Survivors).ProcessId);
        Assert.Contains("hung", failure.Survivors[0].CommandLine, StringComparison.Ordinal);
        Assert.Contains(failure.Report.Processes, process => process.CommandLine == "sleep 1000");

        // SIGKILL is pending: the process dies as soon as the kernel releases it.
        hung.Release();
        await Poll.UntilAsync(() => ProcStat.StateOf(server.ProcessId) is null or 'Z', "the member to die");
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_hung_member_of_another_server_does_not_spoil_a_reap()
    {
        using var hung = HungMemory.Require();
        var server = await StartAsync(Program() with { Reap = Short });
        var other = await StartUntilAsync("hung", Shell("\"$@\" & wait", ["sh", hung.Program, .. hung.Arguments]) with { Reap = Short });
        var member = ProcDirectory.ChildrenOf(other.ProcessId).Single();
        await HungMemory.WaitUntilLockedAsync(member);

        var report = await server.ReapAsync();

        Assert.Single(report.Processes);
        Assert.Equal('D', ProcStat.StateOf(member));
        hung.Release();
        await other.ReapAsync();
    }
}
