using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Watchdog;

/// <summary>The script that outlives this process, and the pipe to it. The kernel closes the pipe when this process is dead.</summary>
internal sealed class WatchdogProcess : IDisposable
{
    private const string Shell = "/bin/sh";
    private readonly LaunchedProcess _process;
    private readonly StreamWriter _pipe;

    private WatchdogProcess(LaunchedProcess process)
    {
        _process = process;
        _pipe = new StreamWriter(process.StandardInput!) { AutoFlush = true, NewLine = "\n" };

        // Not of any server's tree, and no leak of any class.
        LiveTrees.Forgive(process.Identity);
    }

    public bool IsAlive => _process.PeekExit() is null;

    /// <param name="platform">The operating system.</param>
    /// <param name="ledger">The file to remove when nothing is left; empty for none.</param>
    /// <exception cref="LaunchException">There is no /bin/sh, or no process can be made.</exception>
    public static WatchdogProcess Start(IProcessPlatform platform, string ledger)
    {
        var environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin:/usr/sbin:/sbin", ["LC_ALL"] = "C" };
        var process = platform.LaunchHelper(new LaunchPlan(Shell, ["-c", Script.Value, "testreaper-watchdog", ledger], environment, "/", Scope: "", RedirectStandardInput: true));

        // Nobody reads what it writes, and nobody waits for it.
        process.StandardOutput.Dispose();
        process.StandardError.Dispose();
        return new WatchdogProcess(process);
    }

    /// <exception cref="IOException">It is dead.</exception>
    public void Tell(string line) => _pipe.WriteLine(line);

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

        _process.Collect();
    }

    private static Lazy<string> Script { get; } = new(() =>
    {
        using var resource = typeof(WatchdogProcess).Assembly.GetManifestResourceStream("TestReaper.Watchdog.watchdog.sh")!;
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    });
}
