using System.Diagnostics;
using System.Runtime.Versioning;
using TestReaper.CrashRecovery;
using TestReaper.Platform;
using TestReaper.Servers;
using TestReaper.Tests.Infrastructure;
using TestReaper.Tests.Platform;
using Xunit;

namespace TestReaper.Tests.CrashProtection;

/// <summary>Directories of servers whose host is dead, or that were kept after a failure.</summary>
[SupportedOSPlatform("linux")]
public sealed class OldTempTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("testreaper-state-");
    private readonly string _ledgers;

    public OldTempTests() => _ledgers = _state.CreateSubdirectory("hosts").FullName;

    public void Dispose() => _state.Delete(recursive: true);

    [Theory(Timeout = 30_000)]
    [InlineData("tmp")]
    [InlineData("files")]
    public async Task Only_old_directories_without_a_ledger_or_a_living_process_are_removed(string folder)
    {
        var (gone, young, inLedger, living) = (ScopeId.New(), ScopeId.New(), ScopeId.New(), ScopeId.New());
        await WriteLedgerAsync(inLedger);
        string[] old = [Make(folder, gone), Make(folder, inLedger), Make(folder, living), Make(folder, "of-the-user!")];
        Array.ForEach(old, path => Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-25)));
        var recent = Make(folder, young);
        var start = new ProcessStartInfo("/bin/sleep", ["60"]);
        start.Environment[ScopeId.Variable] = $"00000000000000aa:{living}";
        using var process = Process.Start(start)!;

        // Until its exec a child has the environment of this process.
        await Poll.UntilAsync(() => ProcEnviron.CarriesScope(process.Id, living) == true, "the exec");
        new OldTemp(ProcessPlatform.Current, _ledgers).Clean();
        process.Kill();

        Assert.Equal([false, true, true, true], old.Select(Directory.Exists));
        Assert.True(Directory.Exists(recent));
    }

    [Theory(Timeout = 30_000)]
    [InlineData("tmp", "temporary directory of a dead test host's server: temp files: released")]
    [InlineData("files", "directory for Files of a dead test host's server: files: released")]
    public async Task The_directory_of_a_dead_hosts_server_is_removed_with_the_ledger(string folder, string warning)
    {
        var kind = Assert.Single(OwnDirectoryKind.All, kind => kind.Folder == folder);
        var platform = ProcessPlatform.Current;
        var (scope, other) = (ScopeId.New(), ScopeId.New());
        string[] paths =
        [
            .. new[] { scope, other }.Select(scope => Directory.CreateDirectory(kind.PathOf(platform, scope), Private).FullName),
        ];
        await File.WriteAllTextAsync(Path.Combine(paths[0], "file"), "");
        var ledger = await WriteLedgerAsync(scope);
        var logger = new ListLogger();

        await new Sweep(platform, logger, _ledgers).RunAsync();

        Assert.False(File.Exists(ledger), "The ledger was not swept.");
        Assert.Equal([false, true], paths.Select(Directory.Exists));
        Assert.Contains(warning, Assert.Single(logger.Warnings), StringComparison.Ordinal);
        Directory.Delete(paths[1]);
    }

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string Make(string folder, string scope)
    {
        var parent = Directory.CreateDirectory(Path.Combine(_state.FullName, folder), Private);
        return Directory.CreateDirectory(Path.Combine(parent.FullName, scope[..12]), Private).FullName;
    }

    private async Task<string> WriteLedgerAsync(string scope)
    {
        var instance = ProcessPlatform.Current.Processes.Instance;
        var ledger = Path.Combine(_ledgers, "4194000-1.ledger");
        await File.WriteAllTextAsync(ledger, $$"""
            {"pid":4194000,"startTime":1,"boot":"{{instance.Boot}}","pidNamespace":"{{instance.PidNamespace}}"}
            {"scope":"{{scope}}","container":"","command":"server"}

            """);
        File.SetUnixFileMode(ledger, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(_ledgers, Private);
        return ledger;
    }
}
