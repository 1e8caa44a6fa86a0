using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using TestReaper.CrashProtection;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Tests.Infrastructure;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>A ledger stays small, and a large one is read to its end.</summary>
[SupportedOSPlatform("linux")]
public sealed class LedgerTests : IDisposable
{
    private readonly ProcessRegistry _left = new();
    private readonly DirectoryInfo _ledgers = Directory.CreateDirectory(
        Path.Combine(Path.GetTempPath(), $"testreaper-ledger-{Guid.NewGuid():N}"),
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

    public void Dispose()
    {
        _left.Dispose();
        _ledgers.Delete(recursive: true);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_anywhere_in_a_ledger_of_20_MiB_is_reaped(bool isLast)
    {
        var scope = ScopeId.New();
        var start = TestProgram.StartInfo("--registry", _left.Directory, "--setsid");
        start.Environment[ScopeId.Variable] = scope;
        Process.Start(start)!.Dispose();
        await _left.WaitForAsync(1);
        var path = Path.Combine(_ledgers.FullName, "4194000-1.ledger");
        var instance = ProcessPlatform.Current.Processes.Instance;
        await using (var file = File.CreateText(path))
        {
            await file.WriteLineAsync(
                $$"""{"pid":4194000,"startTime":1,"boot":"{{instance.Boot}}","pidNamespace":"{{instance.PidNamespace}}"}""");
            await file.WriteLineAsync(isLast ? "" : $$"""{"scope":"{{scope}}","command":"server"}""");
            for (var i = 0; i < 160; i++)
            {
                var other = ScopeId.New();
                await file.WriteLineAsync($$"""{"scope":"{{other}}","command":"{{new string('x', 130_000)}}"}""");
                await file.WriteLineAsync($$"""{"scope":"{{other}}","isGone":true}""");
            }

            await file.WriteAsync(isLast ? $$"""{"scope":"{{scope}}","command":"server"}""" : "");
        }

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await new Sweep(ProcessPlatform.Current, NullLogger.Instance, _ledgers.FullName).RunAsync();

        _left.AssertNoneAlive();
        Assert.False(File.Exists(path));
    }

    [Fact(Timeout = 60_000)]
    public Task One_that_is_mostly_about_the_dead_is_written_anew_and_stays_locked() => Task.Run(Compact);

    private void Compact()
    {
        var platform = ProcessPlatform.Current;
        var ledger = Ledger.TryOpen(platform, reason => Assert.Fail(reason), _ledgers.FullName)!;
        var (living, recorded) = (ScopeId.New(), new ProcessIdentity(4194001, 7));
        ledger.AddServer(living, "/sys/fs/cgroup/testreaper-" + living, new string('y', 100_000), "0,1");
        ledger.AddRoot(living, new ProcessIdentity(4194002, 8), isRecorded: false);
        ledger.AddRoot(living, recorded, isRecorded: true);
        for (var i = 0; i < 5_000; i++)
        {
            var gone = ScopeId.New();
            ledger.AddServer(gone, null, new string('z', 1_000), null);
            ledger.Remove(gone);
        }

        Assert.InRange(new FileInfo(ledger.Path).Length, 1, 1024 * 1024);
        Assert.Equal([ledger.Path], Directory.GetFiles(_ledgers.FullName));
        Assert.Null(platform.Files.TryLock(ledger.Path));
        var server = Assert.Single(LedgerSweep.Read(ledger.Path, platform)!.Servers);
        Assert.Equal((living, "0,1"), (server.Scope, server.Gpu));
        Assert.Equal([recorded], server.Recorded);
        Assert.StartsWith("yyyy", server.CommandLine, StringComparison.Ordinal);
        Assert.InRange(server.CommandLine.Length, 1_000, 5_000);

        // Positive control of the lock.
        ledger.Close(isEmpty: false);
        using var hold = platform.Files.TryLock(ledger.Path);
        Assert.NotNull(hold);
    }
}
