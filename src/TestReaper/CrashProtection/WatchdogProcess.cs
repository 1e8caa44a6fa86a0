using System.Globalization;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.CrashProtection;

/// <summary>The script that outlives this process, and the pipe to it. The kernel closes the pipe when this process is dead.</summary>
/// <remarks>
/// It is no descendant of this process: who kills the tree of a test host, as VSTest's hang blame does, must not kill it, too. A
/// shell starts it, says its pid, and is ended; so it gets another parent.
/// </remarks>
internal sealed class WatchdogProcess : IDisposable
{
    /// <summary>Stands in the command line of each.</summary>
    internal const string Name = WatchdogScript.Name;

    private const string Shell = "/bin/sh";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly IProcessPlatform _platform;
    private readonly LaunchedProcess _starter;
    private readonly WatchdogPipe _pipe;
    private readonly Thread _letGo;
    private volatile Script? _script;

    private WatchdogProcess(IProcessPlatform platform, LaunchedProcess starter, Action<WatchdogProcess> stuck)
    {
        _platform = platform;
        _starter = starter;
        _pipe = new WatchdogPipe(platform.Launcher.TakeInput(starter), () => stuck(this));

        // Not of any server's tree, and no leak of any class; so is what is below it.
        LiveTrees.Exclude(starter.Identity);
        _letGo = new Thread(LetGo) { IsBackground = true, Name = "TestReaper watchdog start" };
        _letGo.Start();
    }

    /// <summary>Whether it has not read all lines yet.</summary>
    public bool IsBehind => _pipe.IsBehind;

    /// <summary>Of the script; null until the shell that starts it has said it.</summary>
    public int? ProcessId => _script?.Identity.Pid;

    /// <param name="platform">The operating system.</param>
    /// <param name="ledger">The file to remove when nothing is left; empty for none.</param>
    /// <param name="mark">The name of this process's memory; empty for none.</param>
    /// <param name="stuck">Called once, on another thread, if it takes no lines for some seconds.</param>
    /// <exception cref="LaunchException">There is no /bin/sh, or no process can be made.</exception>
    public static WatchdogProcess Start(IProcessPlatform platform, string ledger, string mark, Action<WatchdogProcess> stuck)
    {
        // The user's own path is for systems that keep their programs elsewhere.
        var path = string.Join(':', "/usr/bin:/bin:/usr/sbin:/sbin", Environment.GetEnvironmentVariable("PATH"));
        var environment = new Dictionary<string, string> { ["PATH"] = path.TrimEnd(':'), ["LC_ALL"] = "C" };
        var arguments = Arguments([Shell], Environment.ProcessId, mark, ledger);
        var plan = new LaunchSpec(Shell, arguments, environment, "/", Scope: "", RedirectStandardInput: true);
        return new WatchdogProcess(platform, platform.Launcher.LaunchHelper(plan), stuck);
    }

    /// <inheritdoc cref="WatchdogScript.Arguments"/>
    internal static string[] Arguments(IReadOnlyList<string> shell, int host, string mark, string ledger) =>
        WatchdogScript.Arguments(shell, host, mark, ledger);

    /// <summary>Never waits.</summary>
    /// <exception cref="IOException">It is dead, or has taken nothing for long.</exception>
    public void Tell(string line) => _pipe.Tell(line);

    /// <summary>
    /// Waits until it is no descendant of this process, so that no server runs yet when orphans go past this process for a
    /// moment. Not for ever: it hears what it is told all the same.
    /// </summary>
    public void WaitUntilLetGo() => _letGo.Join(Patience);

    /// <summary>Lets it find that this process has nothing more to say: it acts on what it was told last, and ends.</summary>
    public void Dispose()
    {
        _pipe.Dispose();
        _starter.Collect();
    }

    /// <summary>Kills it before it can act on the lines that it has read: they are not all. One that is stopped dies as well.</summary>
    public void Kill()
    {
        foreach (var identity in Processes())
        {
            using var handle = _platform.Control.Open(identity);
            handle.Signal(_platform.Control.KillSignal);
        }

        Dispose();
    }

    private IEnumerable<ProcessIdentity> Processes()
    {
        if (_script is { } script)
        {
            return [script.Identity];
        }

        // The shell that starts it has not printed its pid. A child of its own would outlive it.
        var snapshot = new ProcessSnapshot();
        _platform.Processes.Capture(snapshot);
        var children = snapshot.Entries.Where(entry => entry.ParentPid == _starter.Identity.Pid).Select(entry => entry.Identity);
        return [.. children, _starter.Identity];
    }

    private void LetGo()
    {
        try
        {
            using var output = new StreamReader(_starter.StandardOutput);
            _starter.StandardError.Dispose();
            if (int.TryParse(output.ReadLine(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && _platform.Processes.TryRead(pid, out var entry) == ReadOutcome.Read
                && entry.ParentPid == _starter.Identity.Pid)
            {
                LiveTrees.Exclude(entry.Identity);
                _script = new Script(entry.Identity);
                _platform.Launcher.EndHelper(_starter);
            }
        }
        catch (IOException)
        {
            // It stays below this process, and does its work there.
        }
    }

    private sealed record Script(ProcessIdentity Identity);
}
