using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using TestReaper.CrashProtection;
using TestReaper.Tests.Infrastructure;
using TestReaper.Watchdog;

namespace TestReaper.Tests.CrashProtection;

/// <summary>The script in a given shell, without a host: the test writes to its pipe, and closes it like the kernel.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ScriptRun : IDisposable
{
    private const string SystemPath = "/usr/bin:/bin:/usr/sbin:/sbin";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("testreaper-script-");
    private readonly Process _starter;

    /// <param name="shell">A program and its options, separated by spaces.</param>
    /// <param name="path">Directories for its PATH, before those of the system.</param>
    /// <param name="prefix">Words in front of the whole command.</param>
    /// <param name="hasProcFs">False for the script that uses ps.</param>
    public ScriptRun(string shell, string path = "", IReadOnlyList<string>? prefix = null, bool hasProcFs = true)
    {
        Ledger = Path.Combine(_directory.FullName, "ledger");
        File.WriteAllText(Ledger, "");
        string[] words = [.. shell.Split(' ')];
        words[0] = Programs.Require(words[0]);
        var script = WatchdogScript.Arguments(words, host: Environment.ProcessId, memoryTag: "", Ledger, hasProcFs);
        string[] command = [.. prefix ?? [], .. words, .. script];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment.Clear();
        start.Environment["PATH"] = path.Length == 0 ? SystemPath : $"{path}:{SystemPath}";
        start.Environment["LC_ALL"] = "C";
        _starter = Process.Start(start)!;
    }

    /// <summary>The file that it deletes when nothing is left.</summary>
    public string Ledger { get; }

    public int Pid { get; private set; }

    public async Task BeginAsync(params string[] lines)
    {
        Pid = int.Parse((await _starter.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        _starter.Kill();
        await _starter.WaitForExitAsync();
        Array.ForEach(lines, line => _starter.StandardInput.Write(line + "\n"));
        await _starter.StandardInput.FlushAsync();
    }

    /// <summary>Acts like the death of the host.</summary>
    public void Close() => _starter.StandardInput.Close();

    public Task EndsAsync() =>
        Poll.UntilAsync(() => !File.Exists(Ledger) && !HostWatchdog.IsOne(Pid), "the watchdog to remove the ledger and to end", Soon);

    public void Dispose()
    {
        if (Pid != 0 && HostWatchdog.IsOne(Pid))
        {
            _ = LibC.kill(Pid, LibC.SIGKILL);
        }

        _starter.Dispose();
        _directory.Delete(recursive: true);
    }
}
