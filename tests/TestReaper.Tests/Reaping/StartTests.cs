using System.ComponentModel;
using System.Diagnostics;
using TestReaper.Processes;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Reaping;

public sealed class StartTests : RealTrees
{
    private const string Scope = "TESTREAPER_SCOPE";

    [Fact(Timeout = 30_000)]
    public async Task The_process_inherits_a_scope_and_the_start_info_is_unchanged()
    {
        var dump = Path.Combine(Registry.Directory, ".dump");
        var info = Info("--dump", dump);
        string[] added = [Scope, .. BuildServers.Variables];
        Array.ForEach(added, name => info.Environment.Remove(name));
        info.Environment["MY.VARIABLE"] = "1";
        var before = info.Environment.ToArray();
        var reaper = new ProcessReaper(AtOnce);

        using var process = reaper.Start(info);

        Assert.Equal(before, info.Environment.ToArray());
        var environ = (await ProcessDump.ReadAsync(dump)).Environ;
        Assert.Single(environ, variable => variable.StartsWith(Scope + "=", StringComparison.Ordinal));
        Assert.Equal(
            before.Select(variable => $"{variable.Key}={variable.Value}").Order(),
            environ.Where(variable => !added.Contains(variable.Split('=')[0])).Order());
        await reaper.ReapAsync();
    }

    [Fact(Timeout = 30_000)]
    public async Task An_outer_scope_is_kept()
    {
        var dump = Path.Combine(Registry.Directory, ".dump");
        var info = Info("--dump", dump);
        info.Environment[Scope] = "outer:middle";
        var reaper = new ProcessReaper(AtOnce);

        using var process = reaper.Start(info);

        Assert.Equal("outer:middle", info.Environment[Scope]);
        var environ = (await ProcessDump.ReadAsync(dump)).Environ;
        var scope = Assert.Single(environ, variable => variable.StartsWith(Scope, StringComparison.Ordinal));
        Assert.Matches("^TESTREAPER_SCOPE=outer:middle:[0-9a-f]{16}$", scope);
        await reaper.ReapAsync();
        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task Many_starts_at_once_are_all_reaped()
    {
        using var bystander = await Bystander.StartAsync();
        var reaper = new ProcessReaper(AtOnce);

        await Parallel.ForAsync(0, 10, new ParallelOptions { MaxDegreeOfParallelism = 10 }, (_, _) =>
        {
            reaper.Start(Info("--daemon")).Dispose();
            return ValueTask.CompletedTask;
        });
        await Registry.WaitForAsync(10, "daemon");
        var report = await reaper.ReapAsync();

        Registry.AssertNoneAlive();
        bystander.AssertAlive();
        Assert.Equal(10, report.Processes.Count(process => process.FoundBy == "root"));
    }

    [Fact(Timeout = 30_000)]
    public async Task Shell_execution_is_recorded_too()
    {
        var info = new ProcessStartInfo(TestProgram.Path, ["--registry", Registry.Directory, "--children", "1"]) { UseShellExecute = true };
        var reaper = new ProcessReaper(AtOnce);

        using var process = reaper.Start(info);
        await Registry.WaitForAsync(2);
        await reaper.ReapAsync();

        Registry.AssertNoneAlive();
    }

    [Fact(Timeout = 30_000)]
    public async Task A_failed_start_records_nothing_and_leaves_the_start_info_unchanged()
    {
        var info = new ProcessStartInfo("/no/such/program");
        info.Environment.Remove(Scope);
        var reaper = new ProcessReaper();

        Assert.Throws<Win32Exception>(() => reaper.Start(info));

        Assert.False(info.Environment.ContainsKey(Scope));
        Assert.Throws<ArgumentNullException>(() => reaper.Start(null!));
        Assert.Empty((await reaper.ReapAsync()).Processes);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_root_that_exits_before_the_first_scan_leaves_nothing_behind()
    {
        var reaper = new ProcessReaper(AtOnce);
        using var root = reaper.Start(Info("--daemon", "--exit-after", "0"));
        await root.WaitForExitAsync();
        await OneAsync("daemon");

        await reaper.ReapAsync();

        Registry.AssertNoneAlive();
    }

    /// <summary>.NET ignores SIGPIPE, and exec keeps that: the writer of a pipeline would not exit.</summary>
    [Fact(Timeout = 30_000)]
    public async Task It_gets_the_default_action_for_SIGPIPE_and_this_process_still_ignores_it()
    {
        var info = new ProcessStartInfo("/bin/sh", ["-c", "grep SigIgn /proc/self/status"]) { RedirectStandardOutput = true };
        var reaper = new ProcessReaper(AtOnce);

        using var process = reaper.Start(info);

        Assert.False(IgnoresPipe(await process.StandardOutput.ReadToEndAsync()));

        // Another test may start a process at this moment.
        await Poll.UntilAsync(
            () => IgnoresPipe(File.ReadAllLines("/proc/self/status").Single(line => line.StartsWith("SigIgn", StringComparison.Ordinal))),
            "the signal to be ignored again");
        await reaper.ReapAsync();
    }

    private static bool IgnoresPipe(string line) =>
        (Convert.ToUInt64(line.Split(':')[1].Trim(), 16) & (1UL << 12)) != 0;
}
