using System.Runtime.Versioning;
using System.Text.Json;
using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Platform.Linux;
using TestReaper.Processes;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Starting;
using TestReaper.Tests.CrashProtection;
using TestReaper.Tests.Reaping;
using Xunit;

namespace TestReaper.Tests.Servers;

/// <summary>If anything fails after the process exists, the process is killed before the failure reaches the caller.</summary>
[SupportedOSPlatform("linux")]
public sealed class FailedLaunchTests : StartingServers
{
    [Fact(Timeout = 30_000)]
    public async Task A_failure_after_the_launch_kills_the_process_and_leaves_no_log()
    {
        var launcher = new FailingLauncher();
        var options = Shell("trap '' TERM; while :; do sleep 60; done");

        var failure = await Task.Run(() => Assert.Throws<ServerStartException>(() => Launch(options, launcher)));

        Contains("The server could not be started: no output thread for a test", failure.Message);
        Assert.Equal(9, launcher.Child?.PeekExit()?.Signal);
        Assert.False(Directory.Exists($"/proc/{launcher.Child?.Identity.Pid}"));
        Assert.DoesNotContain(LiveTrees.All, live => live.Tree.Members.Any(member => member.Identity == launcher.Child?.Identity));
        Assert.Empty(Directory.GetFiles(LogDirectory));
        Assert.Contains(LedgerLines(launcher.Scope), line => line.TryGetProperty("isGone", out _));
    }

    /// <summary>The ledger has the same list as the watchdog.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task A_process_that_cannot_be_killed_after_the_failure_stays_with_the_watchdog()
    {
        using var cage = Freezer.Make();
        var launcher = new FailingLauncher(child => Freeze(child, cage));
        var options = Server() with { Reap = new() { Timeout = TimeSpan.FromSeconds(1) } };

        var failure = await Task.Run(() => Assert.Throws<ServerStartException>(() => Launch(options, launcher)));

        var root = Assert.Single(Registry.Alive());
        Assert.StartsWith("The server could not be started: no output thread for a test", failure.Message, StringComparison.Ordinal);
        Contains($"{Environment.NewLine}Then it could not be reaped: ", failure.Message);
        var lines = LedgerLines(launcher.Scope);
        Assert.DoesNotContain(lines, line => line.TryGetProperty("isGone", out _));
        Assert.Contains(lines, line => line.TryGetProperty("pid", out var pid) && pid.GetInt32() == root.Pid
            && line.GetProperty("startTime").GetUInt64() == root.StartTime);

        // SIGKILL is pending: it dies after the thaw.
        cage.Thaw();
        Registry.AssertNoneAlive(grace: TimeSpan.FromSeconds(10));
        launcher.Child!.Collect();
        launcher.Child.Containment.Container?.TryRemove();
    }

    private static IReadOnlyList<JsonElement> LedgerLines(string scope) =>
    [
        .. HostLedger.Lines(Environment.ProcessId, Ledger.Directory(ProcessPlatform.Current))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.TryGetProperty("scope", out var its) && its.GetString() == scope),
    ];

    private void Freeze(LaunchedProcess child, Freezer cage)
    {
        Registry.WaitForAsync(1).Wait();
        cage.FreezeAsync(child.Identity.Pid).Wait();
    }

    private void Launch(ServerProcessOptions options, IProcessLauncher launcher)
    {
        var platform = new LinuxPlatform { Launcher = launcher };
        using var ports = new ServerPorts(options);
        ServerLaunch.Run(CommandResolver.Resolve(options, ports.Allocated, platform), ports, options, Log, platform);
    }

    /// <summary>Launches a process whose output cannot be read.</summary>
    private sealed class FailingLauncher(Action<LaunchedProcess>? launched = null) : IProcessLauncher
    {
        private readonly IProcessLauncher _inner = ProcessPlatform.Current.Launcher;

        public LaunchedProcess? Child { get; private set; }

        public string Scope { get; private set; } = "";

        public LaunchedProcess Launch(LaunchSpec spec)
        {
            Scope = spec.Scope;
            Child = _inner.Launch(spec);
            launched?.Invoke(Child);
            return new UnreadableProcess(Child);
        }

        public void Prepare() => _inner.Prepare();

        public LaunchedProcess LaunchHelper(LaunchSpec spec) => _inner.LaunchHelper(spec);

        public INonBlockingPipe TakeInput(LaunchedProcess helper) => _inner.TakeInput(helper);

        public void EndHelper(LaunchedProcess helper) => _inner.EndHelper(helper);

        public bool IsExecutable(string path) => _inner.IsExecutable(path);

        public string? ExplainNoAccess(string path) => _inner.ExplainNoAccess(path);

        public IDisposable? PassDefaultPipeSignal() => _inner.PassDefaultPipeSignal();
    }

    private sealed class UnreadableProcess(LaunchedProcess inner) : LaunchedProcess
    {
        public override ProcessIdentity Identity => inner.Identity;

        public override Stream StandardOutput => inner.StandardOutput;

        public override Stream StandardError => inner.StandardError;

        public override Containment Containment => inner.Containment;

        public override Stream? StandardInput => inner.StandardInput;

        public override OutputPipes TakeOutput() => throw new InvalidOperationException("no output thread for a test");

        public override ExitStatus? PeekExit() => inner.PeekExit();

        public override void Kill() => inner.Kill();

        public override void Collect() => inner.Collect();
    }
}
