using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Watchdog;

/// <summary>The watchdog: a script that survives this process, and the pipe, which the kernel closes when it dies.</summary>
/// <remarks>
/// It is not a descendant of this process, so that a kill of the host's tree (VSTest's hang blame) spares it. A shell starts the script,
/// prints its pid, and is killed; so the script gets another parent.
/// </remarks>
internal sealed class WatchdogProcess : IDisposable
{
    internal const string Shell = "/bin/sh";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly IProcessPlatform _platform;
    private readonly LaunchedProcess _starter;
    private readonly WatchdogPipe _pipe;
    private readonly Thread _detach;
    private volatile Script? _script;

    private WatchdogProcess(IProcessPlatform platform, LaunchedProcess starter, Action<WatchdogProcess> stuck)
    {
        _platform = platform;
        _starter = starter;
        _pipe = new WatchdogPipe(platform.Launcher.TakeInput(starter), () => stuck(this));

        // The watchdog and its children belong to no tree and count as no leak.
        LiveTrees.Exclude(starter.Identity);
        _detach = new Thread(Detach) { IsBackground = true, Name = "TestReaper watchdog start" };
        _detach.Start();
    }

    /// <summary>Whether lines are still queued for it.</summary>
    public bool IsBehind => _pipe.IsBehind;

    /// <summary>The pid of the script; null until the shell that starts it has printed it.</summary>
    public int? ProcessId => _script?.Identity.Pid;

    /// <summary>
    /// Starts the script, which deletes the ledger when nothing is left. The ledger and the memory tag are empty if there is none.
    /// <paramref name="stuck"/> is called once, on another thread, if the script reads no lines for two seconds.
    /// </summary>
    /// <exception cref="LaunchException">/bin/sh does not exist, or no process can be created.</exception>
    public static WatchdogProcess Start(IProcessPlatform platform, string ledger, string memoryTag, Action<WatchdogProcess> stuck)
    {
        var environment = CreateEnvironment();
        var arguments = WatchdogScript.Arguments([Shell], Environment.ProcessId, memoryTag, ledger, platform.HasProcFs);
        var plan = new LaunchSpec(Shell, arguments, environment, "/", Scope: "", RedirectStandardInput: true);
        return new WatchdogProcess(platform, platform.Launcher.LaunchHelper(plan), stuck);
    }

    /// <summary>The environment of the script. PATH of the user comes last, for systems that keep their programs elsewhere.</summary>
    internal static Dictionary<string, string> CreateEnvironment()
    {
        var path = string.Join(':', "/usr/bin:/bin:/usr/sbin:/sbin", Environment.GetEnvironmentVariable("PATH"));
        return new Dictionary<string, string> { ["PATH"] = path.TrimEnd(':'), ["LC_ALL"] = "C" };
    }

    /// <summary>Sends one or more lines; never waits.</summary>
    /// <exception cref="IOException">The watchdog is dead or stuck.</exception>
    public void Send(string line) => _pipe.Send(line);

    /// <summary>
    /// Waits until it is not a descendant of this process any more. While it detaches, the subreaper flag of this process is
    /// cleared for a moment, and no server may run then. The wait ends after two seconds: a watchdog that is not detached works as well.
    /// </summary>
    public void WaitUntilDetached() => _detach.Join(Patience);

    /// <summary>Closes the pipe: the watchdog kills what is still in its list, and exits.</summary>
    public void Dispose()
    {
        _pipe.Dispose();
        _starter.Collect();
    }

    /// <summary>Kills it before it can act on an incomplete list. SIGKILL also ends a stopped process.</summary>
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

        // The shell has not printed the pid of the script yet. The script is its child and would outlive it.
        var children = ProcessSnapshot.Of(_platform).Entries.Where(entry => entry.ParentPid == _starter.Identity.Pid);
        return [.. children.Select(entry => entry.Identity), _starter.Identity];
    }

    private void Detach()
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
            // The watchdog stays a descendant of this process and works as well.
        }
    }

    private sealed record Script(ProcessIdentity Identity);
}
