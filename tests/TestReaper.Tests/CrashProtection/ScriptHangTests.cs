using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>The script works while a reader blocks, and on a machine without a free pid.</summary>
[SupportedOSPlatform("linux")]
public sealed class ScriptHangTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private readonly DirectoryInfo _programs = Directory.CreateTempSubdirectory("testreaper-programs-");
    private readonly ProcessRegistry _left = new();

    public void Dispose()
    {
        _left.Dispose();
        _programs.Delete(recursive: true);
    }

    /// <summary>The reader blocks for ever at one file, as with a process in state D that holds mmap_lock.</summary>
    [SkippableTheory(Timeout = 60_000)]
    [InlineData("dash")]
    [InlineData("bash --posix")]
    [InlineData("busybox sh")]
    public async Task A_process_whose_environment_blocks_does_not_save_the_others(string shell)
    {
        using var stuck = await Bystander.StartAsync();
        var scope = ScopeId.New();
        for (var i = 0; i < 3; i++)
        {
            Start(scope, "--setsid");
        }

        await _left.WaitForAsync(3);
        var grep = Path.Combine(_programs.FullName, "grep");
        await File.WriteAllTextAsync(
            grep,
            $"#!/bin/sh\ncase \"$* \" in *\"/proc/{stuck.Pid}/environ \"*) exec sleep 1000 ;; esac\n" +
            $"exec {Programs.Require("grep")} \"$@\"\n");
        File.SetUnixFileMode(grep, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        using var script = new ScriptRun(shell, _programs.FullName);
        await script.BeginAsync($"add {scope} -");

        script.Close();

        _left.AssertNoneAlive(Soon);

        // It cannot judge the stuck process: the sweep of a later host does.
        Assert.True(File.Exists(script.Ledger), "The ledger was removed although one process was not read.");
        stuck.AssertAlive();
    }

    [SkippableTheory(Timeout = 120_000)]
    [InlineData("dash")]
    [InlineData("bash --posix")]
    [InlineData("busybox sh")]
    public async Task It_kills_without_a_free_pid(string shell)
    {
        const int Servers = 6;
        using var limit = PidsLimit.Create((2 * Servers) + 1);
        Skip.If(limit.Prefix.Count == 0, "no cgroup bounds the processes here");
        using var bystander = await Bystander.StartAsync();
        var scope = ScopeId.New();
        using var script = new ScriptRun(shell, prefix: limit.Prefix);
        await script.BeginAsync($"add {scope} -");

        // As many as fit beside the script, each with a leaf in another session.
        for (var i = 0; i < Servers; i++)
        {
            StartWithin(limit, scope);
        }

        await _left.WaitForAsync(2 * Servers);

        script.Close();

        _left.AssertNoneAlive(TimeSpan.FromSeconds(60));
        bystander.AssertAlive();
        await script.EndsAsync();
    }

    private void Start(string scope, params string[] options)
    {
        var start = TestProgram.StartInfo(["--registry", _left.Directory, .. options]);
        start.Environment[ScopeId.Variable] = scope;
        Process.Start(start)!.Dispose();
    }

    private void StartWithin(PidsLimit limit, string scope)
    {
        string[] arguments = [.. limit.Prefix.Skip(1), Programs.Require("setsid"), ZooProgram.Require(), "plain", "."];
        var start = new ProcessStartInfo(limit.Prefix[0], arguments) { WorkingDirectory = _left.Directory };
        start.Environment[ScopeId.Variable] = scope;
        Process.Start(start)!.Dispose();
    }
}
