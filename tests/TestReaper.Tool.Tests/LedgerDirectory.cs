using System.Runtime.Versioning;

namespace TestReaper.Tool.Tests;

/// <summary>A ledger directory for one test, so that the tool affects no other test host on this machine.</summary>
[SupportedOSPlatform("linux")]
internal sealed class LedgerDirectory : IDisposable
{
    /// <summary>The pid of a host that does not exist.</summary>
    public const int DeadHost = 4194000;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly DirectoryInfo _runtimeDirectory = Directory.CreateTempSubdirectory("testreaper-state-");

    /// <summary>The value for XDG_RUNTIME_DIR.</summary>
    public string RuntimeDirectory => _runtimeDirectory.FullName;

    public void Dispose() => _runtimeDirectory.Delete(recursive: true);

    /// <summary>Writes the ledger that a killed host would have left.</summary>
    public async Task WriteAsync(string scope, string command)
    {
        var directory = Path.Combine(RuntimeDirectory, "testreaper", "hosts");
        Directory.CreateDirectory(Path.Combine(RuntimeDirectory, "testreaper"), OwnerOnly);
        Directory.CreateDirectory(directory, OwnerOnly);
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim();
        var pidNamespace = Path.GetFileName(File.ResolveLinkTarget("/proc/self/ns/pid", false)!.FullName);
        var path = Path.Combine(directory, $"{DeadHost}-1.ledger");
        await File.WriteAllTextAsync(path, $$"""
            {"pid":{{DeadHost}},"startTime":1,"boot":"{{boot}}","pidNamespace":"{{pidNamespace}}"}
            {"scope":"{{scope}}","command":"{{command}}","gpu":"0,1"}

            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
