using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Servers;
using Xunit;

namespace TestReaper.Tests.Zoo;

/// <summary>Trees that leave their root in each way that the system has. The registry shows what is alive, never the report.</summary>
public sealed class PortableZooTests : RunningServers
{
    /// <summary>Each row: its name, the processes that register, and the options of the root.</summary>
    public static TheoryData<string, int, string[]> Trees()
    {
        var trees = new TheoryData<string, int, string[]>
        {
            { "plain", 4, ["--children", "3"] },
            { "deep", 6, ["--depth", "5"] },
            { "wide", 13, ["--children", "12"] },
            { "dead middle process", 2, ["--orphan"] },
            { "output kept open by a child", 2, ["--hold-stdout"] },
            { "every way at once", 7, ["--children", "2", "--depth", "2", "--orphan", "--hold-stdout"] },
        };
        if (OperatingSystem.IsWindows())
        {
            trees.Add("attempt to leave the job", 2, ["--windows-child", "breakaway"]);
            trees.Add("without a console, in a group of its own", 2, ["--windows-child", "detached"]);
            trees.Add("in a further job", 2, ["--windows-child", "nested"]);
        }

        return trees;
    }

    [Theory(Timeout = 60_000)]
    [MemberData(nameof(Trees))]
    public async Task A_tree_is_reaped_completely(string tree, int processes, string[] options)
    {
        using var bystander = await Bystander.StartAsync();
        var server = await StartAsync(Program(options));
        await Registry.WaitForAsync(processes, timeout: TimeSpan.FromSeconds(40));

        var report = await server.ReapAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.True(report.Processes.Count >= processes, $"{tree}: {report}");
    }

    [Fact(Timeout = 60_000)]
    public async Task What_a_dead_root_leaves_is_reaped()
    {
        using var bystander = await Bystander.StartAsync();
        var server = await StartAsync(Program("--children", "2", "--orphan", "--exit-after", "4000"));
        await Registry.WaitForEntriesAsync(4);
        await ExitAsync(server);
        Registry.AssertAlive("child", 2);
        Registry.AssertAlive("orphan", 1);

        await server.ReapAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_tree_that_starts_processes_during_the_kill_is_reaped()
    {
        using var bystander = await Bystander.StartAsync();
        var server = await StartAsync(Program("--relays", "4"));
        await Registry.WaitForAsync(1, "root");

        await server.ReapAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();

        // What was started in the last moment would register now.
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task The_servers_of_a_killed_host_end_with_it()
    {
        using var bystander = await Bystander.StartAsync();
        using var host = System.Diagnostics.Process.Start(HostProgram.StartInfo(
            "--owner", TestProgram.Path, "--registry", Registry.Directory, "--role", "root", "--children", "2", "--orphan"))!;
        await Registry.WaitForAsync(4, timeout: TimeSpan.FromSeconds(40));

        host.Kill();

        await Poll.UntilAsync(() => Registry.Alive().Count == 0, "the servers of the dead host to end", TimeSpan.FromSeconds(10));
        bystander.AssertAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_server_that_is_kept_on_purpose_outlives_its_host()
    {
        var start = HostProgram.StartInfo("--keeper", TestProgram.Path, "--registry", Registry.Directory, "--role", "root");
        start.Environment["TESTREAPER_KEEP"] = "always";
        start.Environment.Remove("CI");
        using var host = System.Diagnostics.Process.Start(start)!;

        await host.WaitForExitAsync(TestContext.Current.CancellationToken);

        await Registry.WaitForAsync(1, "root");
        await Task.Delay(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        Registry.AssertAlive("root", 1);
    }
}
