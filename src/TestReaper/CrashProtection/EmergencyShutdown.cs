using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Watchdog;

namespace TestReaper.CrashProtection;

/// <summary>
/// Kills all servers when this process is about to end: on a signal, an unhandled exception, Environment.Exit, or the death of the test
/// runner. It takes four seconds at most; the watchdog kills the rest.
/// </summary>
internal static class EmergencyShutdown
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly List<PosixSignalRegistration> Registrations = [];

    /// <summary>Whether the program handles signals: <c>testreaper run</c> forwards them to its command and reaps after that.</summary>
    public static bool LeavesSignals { get; set; }

    public static void Prepare(IProcessPlatform platform)
    {
        foreach (var signal in LeavesSignals ? [] : (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            // Not cancelled: the default action of the signal follows.
            Registrations.Add(PosixSignalRegistration.Create(signal, static _ => ReapAll()));
        }

        AppDomain.CurrentDomain.UnhandledException += static (_, _) => ReapAll();
        RunnerWatch.Start(platform, static () =>
        {
            ProtectedScopes.ScheduleHostKill();
            ReapAll();
            Environment.Exit(1);
        });
    }

    /// <summary>Kills all trees at the same time; returns when they are gone, or after four seconds.</summary>
    /// <remarks>Each reap has its own thread: it works even while tests block the whole thread pool.</remarks>
    public static void ReapAll() => ReapAllAsync().Wait(Limit);

    private static async Task ReapAllAsync()
    {
        while (true)
        {
            await Task.WhenAll(LiveTrees.All.Select(KillAsync)).ConfigureAwait(false);
            if (LiveTrees.IsEmpty && !ProtectedScopes.IsLaunching)
            {
                return;
            }

            await Task.Delay(Pause).ConfigureAwait(false);
        }
    }

    private static async Task KillAsync(LiveTree tree)
    {
        try
        {
            await tree.KillAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The watchdog kills what is left.
        }
    }
}
