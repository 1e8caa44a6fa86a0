using System.Diagnostics;
using System.Globalization;
using System.Text;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Acceptance;

/// <summary>A run of `dotnet test` in its own session, whose test host is killed or crashes.</summary>
internal sealed class CrashRun : IDisposable
{
    private readonly Process _runner;
    private readonly ProcessRegistry _registry;
    private readonly StringBuilder _console = new();
    private ulong? _hostStart;

    private CrashRun(Process runner, ProcessRegistry registry)
    {
        _runner = runner;
        _registry = registry;
        runner.OutputDataReceived += (_, line) => Append(line.Data);
        runner.ErrorDataReceived += (_, line) => Append(line.Data);
        runner.BeginOutputReadLine();
        runner.BeginErrorReadLine();
    }

    public string Console
    {
        get
        {
            lock (_console)
            {
                return _console.ToString();
            }
        }
    }

    public static CrashRun Start(SuiteKind kind, string project, ProcessRegistry registry, string end, string tree)
    {
        string[] blame = end switch
        {
            "blame-hang" => ["--blame-hang-timeout", "8s", "--blame-hang-dump-type", "none"],
            "blame-hang with a dump" => ["--blame-hang-timeout", "8s", "--blame-hang-dump-type", "mini"],
            _ => [],
        };
        var results = Directory.CreateDirectory(Path.Combine(registry.Directory, ".results")).FullName;

        // setsid replaces itself with the program, so that the runner leads its own process group.
        var arguments = kind.HasRunner ? CreateTestArguments(kind, project, results, blame) : CreateProgramArguments(project);
        var start = new ProcessStartInfo("setsid", ["dotnet", .. arguments])
        {
            WorkingDirectory = Path.GetDirectoryName(project)!,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ACCEPTANCE_PROGRAM"] = TestProgram.Path;
        start.Environment["ACCEPTANCE_REGISTRY"] = registry.Directory;
        start.Environment["ACCEPTANCE_END"] = end;
        start.Environment["ACCEPTANCE_TREE"] = tree;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        start.Environment.Remove("NUGET_PACKAGES");
        return new CrashRun(Process.Start(start)!, registry);
    }

    private static string[] CreateTestArguments(SuiteKind kind, string project, string results, string[] blame)
    {
        string[] target = kind.IsMtp ? ["--project", project] : [project];
        var filter = kind.CreateFilter("Cases.Crash", isMethod: false);
        return ["test", .. target, "--no-build", .. kind.Properties, "--results-directory", results, .. blame, .. filter];
    }

    private static string[] CreateProgramArguments(string project)
    {
        var assembly = Path.ChangeExtension(Path.GetFileName(project), ".dll");
        return [Path.Combine(Path.GetDirectoryName(project)!, "bin", "Debug", "net10.0", assembly), "-namespace", "Cases.Crash"];
    }

    /// <summary>Waits for the file that the host writes when its server runs, and returns the pid of the host.</summary>
    public async Task<int> WaitForHostAsync()
    {
        var file = Path.Combine(_registry.Directory, ".host");
        await Poll.UntilAsync(() => File.Exists(file), () => $"the host's pid; {Console}", TimeSpan.FromSeconds(60));
        var pid = int.Parse(await File.ReadAllTextAsync(file), CultureInfo.InvariantCulture);
        _hostStart = ProcStat.StartTimeOf(pid);
        return pid;
    }

    public bool IsAlive(int host) =>
        ProcStat.StartTimeOf(host) is { } start && start == _hostStart && ProcStat.StateOf(host) is not ('Z' or 'X' or null);

    public void Kill(string end, int host)
    {
        _ = end switch
        {
            "host SIGKILL" => LibC.kill(host, LibC.SIGKILL),
            "host SIGTERM" => LibC.kill(host, LibC.SIGTERM),
            "group SIGINT" => LibC.kill(-_runner.Id, LibC.SIGINT),
            "runner SIGINT" => LibC.kill(_runner.Id, LibC.SIGINT),
            "runner SIGTERM" => LibC.kill(_runner.Id, LibC.SIGTERM),
            "runner SIGKILL" => LibC.kill(_runner.Id, LibC.SIGKILL),
            _ => 0,
        };
    }

    public void Dispose()
    {
        if (!_runner.HasExited)
        {
            // The process group contains only this run.
            _ = LibC.kill(-_runner.Id, LibC.SIGKILL);
        }

        _runner.Dispose();
    }

    private void Append(string? line)
    {
        lock (_console)
        {
            _console.AppendLine(line);
        }
    }
}
