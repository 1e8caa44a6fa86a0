using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using TestReaper.Platform;
using TestReaper.Platform.Linux.Containers;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using TestReaper.Watchdog;
using Xunit;
using CGroup = TestReaper.Platform.Linux.Containers.CGroup;

namespace TestReaper.Tests.CrashProtection;

/// <summary>The script works in each shell that /bin/sh may be.</summary>
[SupportedOSPlatform("linux")]
public sealed class ShellTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("testreaper-shell-");
    private readonly ProcessRegistry _left = new();
    private readonly ProcessRegistry _dropped = new();

    public void Dispose()
    {
        _left.Dispose();
        _dropped.Dispose();
        _directory.Delete(recursive: true);
    }

    [SkippableTheory(Timeout = 60_000)]
    [InlineData("dash")]
    [InlineData("bash", "--posix")]
    [InlineData("busybox", "sh")]
    public Task It_kills_the_servers_of_a_dead_host(string shell, params string[] options) =>
        KillAsync([Programs.Require(shell), .. options], "/usr/bin:/bin:/usr/sbin:/sbin");

    /// <summary>As in an Alpine image.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task It_needs_only_the_programs_of_busybox()
    {
        var applets = _directory.CreateSubdirectory("bin").FullName;
        await Process.Start(Programs.Require("busybox"), ["--install", "-s", applets]).WaitForExitAsync();

        await KillAsync([Path.Combine(applets, "sh")], applets);
    }

    private async Task KillAsync(string[] shell, string path)
    {
        var ledger = Path.Combine(_directory.FullName, "ledger");
        await File.WriteAllTextAsync(ledger, "");
        using var bystander = await Bystander.StartAsync();
        using var starter = Start(shell, path, ledger);
        var watchdog = int.Parse((await starter.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        starter.Kill();

        // One ignores SIGTERM; one has lost the scope, but not the group; one has lost everything but the cgroup.
        var (daemon, stripped, contained, dropped) = (ScopeId.New(), ScopeId.New(), ScopeId.New(), ScopeId.New());
        var cgroup = CGroup.TryCreate(contained, out _) is null ? null : CGroup.PathOf(contained);
        Send(starter, $"add {daemon} -", $"add {stripped} -", $"add {contained} {cgroup ?? "-"}", $"add {dropped} -");
        string[] options = ["--registry", ".", "--setsid", "--daemon", "--ignore-term", "--children-ignore-term"];
        Send(starter, $"group {daemon} {Server(_left, daemon, TestProgram.Path, options)}");
        Send(starter, $"group {stripped} {Server(_left, stripped, "setsid", ZooProgram.Require(), "exec-empty-environment", ".")}");
        if (cgroup is not null)
        {
            var script = $"echo $$ > {cgroup}/cgroup.procs && exec \"$@\"";
            _ = Server(_left, contained, "sh", "-c", script, "sh", ZooProgram.Require(), "daemon-empty-environment", ".");
        }

        Send(starter, $"group {dropped} {Server(_dropped, dropped, TestProgram.Path, "--registry", ".", "--setsid")}", $"drop {dropped}");
        await _left.WaitForAsync(cgroup is null ? 4 : 6);
        await _dropped.WaitForAsync(1);

        starter.StandardInput.Close();

        await Poll.UntilAsync(() => !File.Exists(ledger), "the ledger to be removed", Soon);
        await Poll.UntilAsync(() => !HostWatchdog.IsOne(watchdog), "the watchdog to end", Soon);

        // Nothing is left to kill, but an exiting process loses its environment before its locks.
        _left.AssertNoneAlive(Soon);
        Assert.Single(_dropped.Alive());
        bystander.AssertAlive();
        Assert.False(Directory.Exists(cgroup), "The cgroup is still there.");
    }

    internal static Process Start(string[] shell, string path, string ledger)
    {
        var arguments = WatchdogScript.Arguments(shell, host: Environment.ProcessId, memoryTag: "", ledger);
        var start = new ProcessStartInfo(shell[0], [.. shell[1..], .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["LC_ALL"] = "C";
        return Process.Start(start)!;
    }

    internal static void Send(Process starter, params string[] lines) =>
        Array.ForEach(lines, line => starter.StandardInput.Write(line + "\n"));

    private static string Server(ProcessRegistry registry, string scope, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = registry.Directory };
        start.Environment["TESTREAPER_SCOPE"] = scope;
        using var server = Process.Start(start)!;
        return $"{server.Id} {ProcStat.StartTimeOf(server.Id)}";
    }
}
