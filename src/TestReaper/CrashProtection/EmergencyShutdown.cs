using System.Runtime.InteropServices;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.CrashProtection;

/// <summary>
/// The ends of this process that it notices: signals, unhandled exceptions, Environment.Exit, the death of its runner. What lives
/// is killed at once, in the few seconds that there are; the watchdog takes the rest.
/// </summary>
internal static class EmergencyShutdown
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly List<PosixSignalRegistration> Registrations = [];

    /// <summary>Whether signals are the program's own affair, which passes them on to what it runs, and reaps then.</summary>
    public static bool LeavesSignals { get; set; }

    public static void Prepare(IProcessPlatform platform)
    {
        foreach (var signal in LeavesSignals ? [] : (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            // Not cancelled: what the signal does otherwise, it does afterwards.
            Registrations.Add(PosixSignalRegistration.Create(signal, static _ => ReapAll()));
        }

        AppDomain.CurrentDomain.UnhandledException += static (_, _) => ReapAll();
        RunnerWatch.Begin(platform, static () =>
        {
            ProtectedScopes.EndHostSoon();
            ReapAll();
            Environment.Exit(1);
        });
    }

    /// <summary>Kills all trees at the same time; returns when they are gone, or when the time is over.</summary>
    /// <remarks>Each reap has a thread of its own: tests that block the whole pool do not keep this from it.</remarks>
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
            // The process ends: the watchdog takes what is left.
        }
    }
}
