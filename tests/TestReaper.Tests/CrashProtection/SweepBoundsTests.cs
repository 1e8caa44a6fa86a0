using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using TestReaper.CrashProtection;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Zoo;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>A sweep delays a start by 0.6 s at most, and never kills its own ancestors.</summary>
[SupportedOSPlatform("linux")]
public sealed class SweepBoundsTests : IDisposable
{
    private const string Freezer = "/sys/fs/cgroup/freezer";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly DirectoryInfo _state = Directory.CreateDirectory(
        Path.Combine(Path.GetTempPath(), $"testreaper-bounds-{Guid.NewGuid():N}"), OwnerOnly);
    private readonly ProcessRegistry _left = new();
    private readonly string _scope = ScopeId.New();

    // Their standard input stays open.
    private readonly List<Process> _processes = [];

    private string Ledger => Path.Combine(_state.FullName, "testreaper", "hosts", "4194000-1.ledger");

    private Sweep SweepOf(ListLogger logger) => new(ProcessPlatform.Current, logger, Path.GetDirectoryName(Ledger));

    public void Dispose()
    {
        _processes.ForEach(process => process.Dispose());
        _left.Dispose();
        _state.Delete(recursive: true);
    }

    [SkippableFact(Timeout = 60_000)]
    public async Task A_start_waits_only_briefly_for_an_unkillable_leftover_and_a_later_sweep_reaps_it()
    {
        Skip.IfNot(Environment.IsPrivilegedProcess && Directory.Exists(Freezer), "no process can be frozen here");
        WriteLedger();
        var pid = Start(TestProgram.StartInfo("--registry", _left.Directory));
        await _left.WaitForAsync(1);
        var frozen = Path.Combine(Freezer, $"testreaper-{_scope}");
        Directory.CreateDirectory(frozen);
        var logger = new ListLogger();
        try
        {
            await File.WriteAllTextAsync(Path.Combine(frozen, "cgroup.procs"), $"{pid}");
            await File.WriteAllTextAsync(Path.Combine(frozen, "freezer.state"), "FROZEN");
            var start = Stopwatch.GetTimestamp();
            await SweepOf(logger).RunBrieflyAsync(CancellationToken.None);

            // The documented limit, plus a second.
            Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 1.6);
            await Poll.UntilAsync(
                () => logger.Warnings.Any(warning => warning.Contains("could not be swept", StringComparison.Ordinal)), "the warning");
            var warnings = logger.Warnings.Count;
            Assert.Contains(pid.ToString(CultureInfo.InvariantCulture), logger.Warnings[^1], StringComparison.Ordinal);
            Assert.True(File.Exists(Ledger), "The ledger was deleted although its server lives.");

            // The next start logs nothing about a ledger that has just failed.
            await SweepOf(logger).RunBrieflyAsync(CancellationToken.None);
            Assert.Equal(warnings, logger.Warnings.Count);
        }
        finally
        {
            await File.WriteAllTextAsync(Path.Combine(frozen, "freezer.state"), "THAWED");
            await Poll.UntilAsync(() => _left.Alive().Count == 0, "the thawed process to die of the signal");
            await Poll.UntilAsync(() => File.ReadAllText(Path.Combine(frozen, "cgroup.procs")).Length == 0, "the freezer to be empty");
            Directory.Delete(frozen);
        }

        await SweepOf(logger).RunAsync();
        Assert.False(File.Exists(Ledger), "Nothing is left, but the ledger is.");
    }

    [Fact(Timeout = 30_000)]
    public async Task It_stops_waiting_when_the_token_is_cancelled() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => SweepOf(new ListLogger()).RunBrieflyAsync(new CancellationToken(canceled: true)));

    /// <summary>A test host inside a server of a dead host: it and its ancestors have the scope.</summary>
    [SkippableFact(Timeout = 60_000)]
    public async Task A_sweep_inside_a_leftover_tree_spares_its_ancestors_and_kills_the_others()
    {
        WriteLedger();
        using var server = new ProcessRegistry();
        string[] inner =
        [
            .. ZooHost.Command(
                LayerSet.NoCGroup, "--sweep", "--stdin", "--directory", server.Directory, "--", ZooProgram.Require(), "plain", "."),
        ];

        // The shell is the server: it has a child besides the host, and stays.
        string[] arguments = ["-c", "\"$0\" --registry \"$1\" & shift; \"$@\"; :", TestProgram.Path, _left.Directory, .. inner];
        var start = new ProcessStartInfo("/bin/sh", arguments) { RedirectStandardInput = true };
        start.Environment["XDG_RUNTIME_DIR"] = _state.FullName;
        var shell = Start(start);

        await server.WaitForAsync(2);

        _left.AssertNoneAlive(TimeSpan.FromSeconds(5));
        Assert.NotEmpty(ProcDirectory.CommandLine(shell));
        Assert.True(File.Exists(Ledger), "The ledger was deleted although the shell is left.");

        // After its exit, a sweep from elsewhere reaps the rest.
        await SweepOf(new ListLogger()).RunAsync();
        await Poll.UntilAsync(() => server.Alive().Count == 0 && ProcDirectory.CommandLine(shell).Length == 0, "all of it to die");
        Assert.False(File.Exists(Ledger), "Nothing is left, but the ledger is.");
    }

    private void WriteLedger()
    {
        for (var path = _state.FullName; path != Path.GetDirectoryName(Ledger);)
        {
            path = Path.Combine(path, Path.GetRelativePath(path, Ledger).Split('/')[0]);
            Directory.CreateDirectory(path, OwnerOnly);
        }

        var instance = ProcessPlatform.Current.Processes.Instance;
        File.WriteAllText(Ledger, $$"""
            {"pid":4194000,"startTime":1,"boot":"{{instance.Boot}}","pidNamespace":"{{instance.PidNamespace}}"}
            {"scope":"{{_scope}}","command":"server"}

            """);
        File.SetUnixFileMode(Ledger, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private int Start(ProcessStartInfo start)
    {
        start.Environment[ScopeId.Variable] = _scope;
        var process = Process.Start(start)!;
        _processes.Add(process);
        return process.Id;
    }
}
