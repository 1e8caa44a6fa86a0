using System.Runtime.Versioning;

namespace TestReaper.Tool.Tests;

/// <summary>A place for ledgers of one test's own: what the tool does there concerns nobody else on this machine.</summary>
[SupportedOSPlatform("linux")]
internal sealed class Ledgers : IDisposable
{
    /// <summary>A host that does not exist.</summary>
    public const int DeadHost = 4194000;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("testreaper-state-");

    /// <summary>For XDG_RUNTIME_DIR.</summary>
    public string State => _state.FullName;

    public void Dispose() => _state.Delete(recursive: true);

    /// <summary>Writes one as a killed host leaves it.</summary>
    public async Task LeaveAsync(string scope, string command)
    {
        var directory = Path.Combine(State, "testreaper", "hosts");
        Directory.CreateDirectory(Path.Combine(State, "testreaper"), OwnerOnly);
        Directory.CreateDirectory(directory, OwnerOnly);
        var boot = (await File.ReadAllTextAsync("/proc/sys/kernel/random/boot_id")).Trim();
        var path = Path.Combine(directory, $"{DeadHost}-1.ledger");
        await File.WriteAllTextAsync(path, $$"""
            {"pid":{{DeadHost}},"startTime":1,"boot":"{{boot}}","pidNamespace":"{{Path.GetFileName(File.ResolveLinkTarget("/proc/self/ns/pid", false)!.FullName)}}"}
            {"scope":"{{scope}}","command":"{{command}}","gpu":"0,1"}

            """);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
