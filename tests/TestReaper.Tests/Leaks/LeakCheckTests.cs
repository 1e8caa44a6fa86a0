using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Leaks;

/// <summary>Processes that an exclusive class left are found and killed, and no others.</summary>
public sealed class LeakCheckTests : IDisposable
{
    // A shell script that starts the program when the file exists.
    private const string StartOnSignalFile = "while [ ! -e \"$0\" ]; do sleep 0.02; done; \"$@\" & wait";
    private readonly LeakHost _host = new();

    private ProcessRegistry Registry => _host.Registry;

    public void Dispose() => _host.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_class_that_left_nothing_passes()
    {
        await _host.BeginAsync();
        await _host.StartOwnedAsync("server", "Class", "server", 2, "--children", "1");
        await _host.ReapAsync("reaped");

        await _host.EndCleanAsync();

        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_process_of_Process_Start_is_found_and_killed_with_its_whole_tree()
    {
        using var bystander = await Bystander.StartAsync();
        await _host.BeginAsync();
        await _host.StartAsync("leak", 4, "--children", "2", "--depth", "1");

        var leak = await _host.EndLeakyAsync();

        Assert.Equal(Pids(Registry.Registered()), leak.Pids!.Order());
        Registry.AssertNoneAlive();
        bystander.AssertAlive();
    }

    [Theory(Timeout = 60_000)]
    [InlineData("--daemon", "daemon")]
    [InlineData("--orphan", "orphan")]
    public async Task A_process_that_left_its_parent_is_found_after_its_ancestors_exited(string option, string role)
    {
        await _host.BeginAsync();
        await _host.StartAsync("starter", 2, option, "--exit-after", "0");
        var orphan = Assert.Single(await Registry.WaitForAsync(1, role));
        await Poll.UntilAsync(() => Registry.Alive("starter").Count == 0, "the starter to exit");

        var leak = await _host.EndLeakyAsync();

        Assert.Equal([orphan.Pid], leak.Pids!);
        Assert.Contains("a daemon or an orphan", leak.Message, StringComparison.Ordinal);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task Processes_that_ran_before_and_their_later_children_do_not_count()
    {
        await _host.StartAsync("/bin/sh", ["-c", StartOnSignalFile, _host.GoFile, TestProgram.Path, .. _host.Args("before")]);
        await _host.BeginAsync();
        await File.WriteAllTextAsync(_host.GoFile, "");
        await Registry.WaitForAsync(1, "before");
        await _host.EndCleanAsync();
        var leaked = await _host.StartAsync("leak", 1);

        var leak = await _host.EndLeakyAsync();

        Assert.Equal([leaked], leak.Pids!);
        Registry.AssertAlive("before", 1);
        Registry.AssertAlive("leak", 0);
    }

    [Theory(Timeout = 60_000)]
    [InlineData("server")]
    [InlineData("reaper")]
    public async Task Processes_of_another_owner_do_not_count_and_those_of_the_same_owner_do(string how)
    {
        await _host.BeginAsync();
        await _host.StartOwnedAsync(how, "Shared", "other", 2, "--daemon");
        await _host.EndCleanAsync();
        await _host.StartOwnedAsync(how, "Class", "own", 2, "--children", "1");
        var own = Registry.Alive("own").Concat(Registry.Alive("child"));

        var leak = await _host.EndLeakyAsync();

        Assert.Equal(Pids(own), leak.Pids!.Order());
        Registry.AssertAlive("own", 0);
        Registry.AssertAlive("child", 0);
        Registry.AssertAlive("other", 1);
        Registry.AssertAlive("daemon", 1);
    }

    /// <summary>If the user enables the subreaper, the only tree would claim every orphan.</summary>
    [Fact(Timeout = 60_000)]
    public async Task A_daemon_of_Process_Start_is_found_beside_the_only_server_of_another_owner()
    {
        await _host.StartOwnedAsync("server", "Shared", "other", 1);
        await _host.BeginAsync();
        await _host.StartAsync("starter", 2, "--daemon", "--exit-after", "0");
        await Poll.UntilAsync(() => Registry.Alive("starter").Count == 0, "the starter to exit");

        var leak = await _host.EndLeakyAsync();

        Assert.Equal(Registry.Registered().Where(process => process.Role == "daemon").Select(process => process.Pid), leak.Pids!);
        Registry.AssertAlive("daemon", 0);
        Registry.AssertAlive("other", 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task For_a_run_processes_of_every_owner_count()
    {
        await _host.BeginAsync(owner: "run");
        await _host.StartOwnedAsync("server", "Class", "server", 1);
        await _host.StartOwnedAsync("reaper", "Shared", "recorded", 1);
        await _host.StartAsync("bare", 1);

        var leak = await _host.EndLeakyAsync();

        Assert.Equal(Pids(Registry.Registered()), leak.Pids!.Order());
        Assert.StartsWith("The run left 3 processes running", leak.Message, StringComparison.Ordinal);
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_exclusiveness_only_processes_started_through_TestReaper_count()
    {
        await _host.BeginAsync(isExclusive: false);
        await _host.StartAsync("bare", 1);
        await _host.StartOwnedAsync("server", "Other", "other", 1);
        await _host.EndCleanAsync();
        var own = await _host.StartOwnedAsync("server", "Class", "own", 1);

        var leak = await _host.EndLeakyAsync();

        Assert.Equal([own], leak.Pids!);
        Assert.Contains("Only processes that were started through TestReaper were checked", leak.Message, StringComparison.Ordinal);
        Registry.AssertAlive("own", 0);
        Registry.AssertAlive("bare", 1);
        Registry.AssertAlive("other", 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_leak_that_was_killed_is_not_reported_by_the_next_check()
    {
        await _host.BeginAsync();
        await _host.StartAsync("leak", 3, "--children", "1", "--daemon");
        await _host.EndLeakyAsync();

        await _host.EndCleanAsync();
    }

    private static IEnumerable<int> Pids(IEnumerable<RegisteredProcess> processes) => processes.Select(process => process.Pid).Order();
}
