using System.Globalization;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Watchdog;

/// <summary>The script that outlives this process, and the pipe to it. The kernel closes the pipe when this process is dead.</summary>
/// <remarks>
/// It is no descendant of this process: who kills the tree of a test host, as VSTest's hang blame does, must not kill it, too. A
/// shell starts it, says its pid, and is ended; so it gets another parent.
/// </remarks>
internal sealed class WatchdogProcess : IDisposable
{
    /// <summary>Stands in the command line of each.</summary>
    internal const string Name = "testreaper-watchdog";

    private const string Shell = "/bin/sh";

    // A job of a shell that is not interactive reads from /dev/null unless it is told otherwise. If this process dies before it
    // has ended the shell, that ends after the script.
    private const string Starter = "exec 3<&0; \"$@\" <&3 3<&- & echo $!; wait";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly IProcessPlatform _platform;
    private readonly LaunchedProcess _starter;
    private readonly StreamWriter _pipe;
    private readonly Thread _letGo;

    private WatchdogProcess(IProcessPlatform platform, LaunchedProcess starter)
    {
        _platform = platform;
        _starter = starter;
        _pipe = new StreamWriter(starter.StandardInput!) { AutoFlush = true, NewLine = "\n" };

        // Not of any server's tree, and no leak of any class; so is what is below it.
        LiveTrees.Forgive(starter.Identity);
        _letGo = new Thread(LetGo) { IsBackground = true, Name = "TestReaper watchdog start" };
        _letGo.Start();
    }

    /// <param name="platform">The operating system.</param>
    /// <param name="ledger">The file to remove when nothing is left; empty for none.</param>
    /// <param name="mark">The name of this process's memory; empty for none.</param>
    /// <exception cref="LaunchException">There is no /bin/sh, or no process can be made.</exception>
    public static WatchdogProcess Start(IProcessPlatform platform, string ledger, string mark)
    {
        // The user's own path is for systems that keep their programs elsewhere.
        var path = string.Join(':', "/usr/bin:/bin:/usr/sbin:/sbin", Environment.GetEnvironmentVariable("PATH"));
        var environment = new Dictionary<string, string> { ["PATH"] = path.TrimEnd(':'), ["LC_ALL"] = "C" };
        return new WatchdogProcess(platform, platform.LaunchHelper(new LaunchPlan(Shell, Arguments([Shell], Environment.ProcessId, mark, ledger), environment, "/", Scope: "", RedirectStandardInput: true)));
    }

    /// <summary>What the shell gets that starts the script, and says its pid.</summary>
    /// <param name="shell">The shell that is to run the script, with its own options.</param>
    /// <param name="host">The pid of the host.</param>
    /// <param name="mark">The name of the host's memory; empty for none.</param>
    /// <param name="ledger">The file to remove when nothing is left; empty for none.</param>
    internal static string[] Arguments(IReadOnlyList<string> shell, int host, string mark, string ledger) =>
        ["-c", Starter, "testreaper-starter", .. shell, "-c", Script.Value, Name, host.ToString(CultureInfo.InvariantCulture), mark, ledger];

    /// <exception cref="IOException">It is dead.</exception>
    public void Tell(string line) => _pipe.WriteLine(line);

    /// <summary>
    /// Waits until it is no descendant of this process, so that no server runs yet when orphans go past this process for a
    /// moment. Not for ever: it hears what it is told all the same.
    /// </summary>
    public void WaitUntilLetGo() => _letGo.Join(Patience);

    /// <summary>Lets it find that this process has nothing more to say: it acts on what it was told last, and ends.</summary>
    public void Dispose()
    {
        try
        {
            _pipe.Dispose();
        }
        catch (IOException)
        {
            // It was dead.
        }

        _starter.Collect();
    }

    private void LetGo()
    {
        try
        {
            using var output = new StreamReader(_starter.StandardOutput);
            _starter.StandardError.Dispose();
            if (int.TryParse(output.ReadLine(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && _platform.TryRead(pid, out var entry) == ReadOutcome.Read
                && entry.ParentPid == _starter.Identity.Pid)
            {
                LiveTrees.Forgive(entry.Identity);
                _platform.EndHelper(_starter);
            }
        }
        catch (IOException)
        {
            // It stays below this process, and does its work there.
        }
    }

    private static Lazy<string> Script { get; } = new(() =>
    {
        using var resource = typeof(WatchdogProcess).Assembly.GetManifestResourceStream("TestReaper.Watchdog.watchdog.sh")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    });
}
