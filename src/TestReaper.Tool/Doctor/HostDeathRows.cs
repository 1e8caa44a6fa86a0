using System.Diagnostics;
using System.Text;
using TestReaper.Platform;
using TestReaper.Watchdog;

namespace TestReaper.Tool.Doctor;

/// <summary>What reaps the servers of a test host that is killed.</summary>
internal static class HostDeathRows
{
    private const string RuntimeDirectory = "XDG_RUNTIME_DIR";

    /// <summary>The directory is created, as each test host does.</summary>
    public static DoctorRow FindStateDirectory(IProcessPlatform platform)
    {
        const string Name = "state directory";
        string directory;
        try
        {
            directory = StateDirectory.Get(platform);
        }
        catch (IOException error)
        {
            return new(
                Name, RowState.Missing, error.Message, "No server can be started: there are no port locks, no ledger and no GPU helper.",
                $"Set {RuntimeDirectory} to a directory of mode 0700 of your own.");
        }

        var wanted = Environment.GetEnvironmentVariable(RuntimeDirectory);
        return string.IsNullOrEmpty(wanted) || Path.GetDirectoryName(directory) == Path.TrimEndingDirectorySeparator(wanted)
            ? DoctorRow.Ok(Name, $"{directory}, private to this user")
            : new(
                Name, RowState.Limited, $"{directory}, because {RuntimeDirectory} ({wanted}) cannot be used",
                "A test host with another environment uses another directory: it does not sweep these servers, and may take their ports.",
                $"Set {RuntimeDirectory} for all tests to a directory of mode 0700 of your own, or to none.");
    }

    public static DoctorRow FindWatchdog(IProcessPlatform platform, TimeSpan limit)
    {
        const string Name = "watchdog";
        const string Cost = "The servers of a test host that is killed run on until the next test host or testreaper sweep reaps them.";
        if (!platform.Launcher.IsExecutable(WatchdogProcess.Shell))
        {
            return new(Name, RowState.Missing, $"{WatchdogProcess.Shell} does not exist", Cost, "Install a POSIX shell.");
        }

        var programs = string.Join(' ', WatchdogScript.Programs(platform.HasProcFs));
        var script = $"for p in {programs}; do command -v $p >/dev/null || echo $p; done; echo end";
        var lines = RunShell(platform, script, limit).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines is not [.. var absent, "end"])
        {
            return new(Name, RowState.Missing, $"{WatchdogProcess.Shell} gave no answer", Cost, "Run sh -c : and remove the cause.");
        }

        return absent.Length == 0
            ? DoctorRow.Ok(Name, $"{WatchdogProcess.Shell} and the programs that it needs")
            : new(
                Name, RowState.Limited, $"these programs are not installed: {string.Join(", ", absent)}",
                "After the death of a test host, only cgroups, groups and recorded processes are killed; other descendants are not found.",
                "Install coreutils, findutils and grep, or busybox.");
    }

    private static string RunShell(IProcessPlatform platform, string script, TimeSpan limit)
    {
        var environment = WatchdogProcess.CreateEnvironment();
        var spec = new LaunchSpec(WatchdogProcess.Shell, ["-c", script], environment, "/", Scope: "", RedirectStandardInput: false);
        var shell = platform.Launcher.LaunchHelper(spec);
        using var output = shell.TakeOutput();
        var text = new StringBuilder();
        var buffer = new byte[4096];
        var start = Stopwatch.GetTimestamp();
        while (!output.HasEnded(0) && limit - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } left)
        {
            output.Wait((int)Math.Ceiling(left.TotalMilliseconds));
            text.Append(Encoding.UTF8.GetString(buffer, 0, output.Read(0, buffer)));
            output.Read(1, buffer);
        }

        shell.Kill();
        return text.ToString();
    }
}
