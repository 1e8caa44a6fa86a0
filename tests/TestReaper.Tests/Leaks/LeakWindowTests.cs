using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Leaks;

/// <summary>What an exclusive class left is found and killed, and nothing else.</summary>
public sealed class LeakWindowTests : IDisposable
{
    // A bare server script: it starts the program when told.
    private const string StartWhenTold = "while [ ! -e \"$0\" ]; do sleep 0.02; done; \"$@\" & wait";
    private readonly LeakHost _host = new();

    private ProcessRegistry Registry => _host.Registry;

    public void Dispose() => _host.Dispose();

    [Fact(Timeout = 60_000)]
    public async Task A_class_that_left_nothing_is_clean()
    {
        await _host.BeginAsync();
        await _host.StartOwnedAsync("server", "Class", "server", 2, "--children", "1");
        await _host.ReapAsync("reaped");

        await _host.EndCleanAsync();

        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 60_000)]
    public async Task What_Process_Start_left_is_found_and_killed_with_its_whole_tree()
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
    public async Task What_left_its_parent_is_found_when_all_before_it_is_gone(string option, string role)
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
    public async Task What_was_running_before_is_not_counted_nor_what_it_starts_later()
    {
        await _host.StartAsync("/bin/sh", ["-c", StartWhenTold, _host.GoFile, TestProgram.Path, .. _host.Args("before")]);
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
    public async Task What_another_owner_runs_is_not_counted_but_what_its_own_owner_runs_is(string how)
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

    /// <summary>A lone tree would claim every orphan, had the user turned the subreaper on.</summary>
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
    public async Task Of_a_run_everything_is_counted_whoever_owns_it()
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
    public async Task A_class_that_is_not_alone_is_asked_only_for_what_went_through_TestReaper()
    {
        await _host.BeginAsync(isExclusive: false);
        await _host.StartAsync("bare", 1);
        await _host.StartOwnedAsync("server", "Other", "other", 1);
        await _host.EndCleanAsync();
        var own = await _host.StartOwnedAsync("server", "Class", "own", 1);

        var leak = await _host.EndLeakyAsync();

        Assert.Equal([own], leak.Pids!);
        Assert.Contains("With Exclusive = false only what went through TestReaper was looked at", leak.Message, StringComparison.Ordinal);
        Registry.AssertAlive("own", 0);
        Registry.AssertAlive("bare", 1);
        Registry.AssertAlive("other", 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_was_killed_as_a_leak_is_not_the_next_end_s()
    {
        await _host.BeginAsync();
        await _host.StartAsync("leak", 3, "--children", "1", "--daemon");
        await _host.EndLeakyAsync();

        await _host.EndCleanAsync();
    }

    private static IEnumerable<int> Pids(IEnumerable<RegisteredProcess> processes) => processes.Select(process => process.Pid).Order();
}
