using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Tests.CrashProtection;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.Platform.MacOS;

/// <summary>The script for systems without /proc works with the ps of Linux.</summary>
[SupportedOSPlatform("linux")]
public sealed class PsWatchdogTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly ProcessRegistry _left = new();
    private readonly ProcessRegistry _spared = new();

    public void Dispose()
    {
        _left.Dispose();
        _spared.Dispose();
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("dash")]
    [InlineData("bash --posix")]
    public async Task It_kills_the_servers_of_a_dead_host(string shell)
    {
        _ = Programs.Require("ps");
        using var bystander = await Bystander.StartAsync();
        using var script = new ScriptRun(shell, hasProcFs: false);

        // One is found by its scope; one by its group, without the scope; one is recorded and has a child in another session.
        var (carrier, server, recorded, dropped) = (ScopeId.New(), ScopeId.New(), ScopeId.New(), ScopeId.New());
        _ = Start(_left, $"{ScopeId.New()}:{carrier}", "--setsid", "--daemon", "--ignore-term");
        var group = Start(_left, "", "--setsid", "--children", "2");
        var root = Start(_left, "", "--setsid", "--children", "1", "--child-arg", "--setsid");
        var kept = Start(_spared, dropped, "--setsid");
        var outdated = Start(_spared, "", "--setsid");
        await _left.WaitForAsync(7);
        await _spared.WaitForAsync(2);
        await script.BeginAsync(
            $"add {carrier} -",
            $"add {server} -",
            $"group {server} {group} {await StartOfAsync(group)}",
            $"add {recorded} -",
            $"root {recorded} {root} {await StartOfAsync(root)}",
            $"root {recorded} {outdated} {await StartOfAsync(outdated, -60)}",
            $"add {dropped} -",
            $"group {dropped} {kept} {await StartOfAsync(kept)}",
            $"drop {dropped}");

        script.Close();

        _left.AssertNoneAlive(Soon);
        await script.EndsAsync();
        Assert.Equal(2, _spared.Alive().Count);
        bystander.AssertAlive();
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task It_keeps_the_ledger_if_ps_does_not_work()
    {
        var programs = Directory.CreateTempSubdirectory("testreaper-programs-");
        try
        {
            var ps = Path.Combine(programs.FullName, "ps");
            await File.WriteAllTextAsync(ps, "#!/bin/sh\nexit 1\n");
            File.SetUnixFileMode(ps, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var script = new ScriptRun("dash", programs.FullName, hasProcFs: false);
            await script.BeginAsync($"add {ScopeId.New()} -");

            script.Close();

            await Task.Delay(TimeSpan.FromSeconds(1));
            Assert.True(File.Exists(script.Ledger), "The ledger was removed although no process was read.");
        }
        finally
        {
            programs.Delete(recursive: true);
        }
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task It_removes_the_ledger_if_nothing_is_left_in_its_list()
    {
        using var script = new ScriptRun("dash", hasProcFs: false);
        var scope = ScopeId.New();
        await script.BeginAsync($"add {scope} -", $"drop {scope}");

        script.Close();

        await script.EndsAsync();
    }

    private static int Start(ProcessRegistry registry, string scope, params string[] options)
    {
        var start = new ProcessStartInfo(TestProgram.Path, ["--registry", ".", .. options]) { WorkingDirectory = registry.Directory };
        start.Environment.Remove(ScopeId.Variable);
        if (scope.Length > 0)
        {
            start.Environment[ScopeId.Variable] = scope;
        }

        using var server = Process.Start(start)!;
        return server.Id;
    }

    /// <summary>The start time as macOS shows it, in microseconds.</summary>
    private static async Task<long> StartOfAsync(int pid, int offset = 0)
    {
        var start = new ProcessStartInfo("ps", ["-o", "lstart=", "-p", $"{pid}"]) { RedirectStandardOutput = true };
        (start.Environment["LC_ALL"], start.Environment["TZ"]) = ("C", "UTC0");
        using var ps = Process.Start(start)!;
        var text = (await ps.StandardOutput.ReadToEndAsync()).Trim();
        const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite;
        var time = DateTimeOffset.ParseExact(text, "ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, Style);
        return ((time.ToUnixTimeSeconds() + offset) * 1_000_000) + 123_456;
    }
}
