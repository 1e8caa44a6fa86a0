using System.Runtime.InteropServices;

namespace TestReaper.TestProcess;

/// <summary>Handles SIGTERM and SIGINT as the options say.</summary>
internal static class StopSignals
{
    private static readonly List<PosixSignalRegistration> Registrations = [];

    public static void Handle(Options options, ChildProcesses children)
    {
        // The signals are caught, not set to SIG_IGN, because spawned processes would inherit SIG_IGN.
        Register(PosixSignal.SIGTERM, () => Stop(options, children, ExitCodes.Stopped));
        Register(PosixSignal.SIGINT, () => Stop(options, children, ExitCodes.Interrupted));
        if (OperatingSystem.IsWindows())
        {
            // Ctrl+Break.
            Register(PosixSignal.SIGQUIT, () => Stop(options, children, ExitCodes.Stopped));
        }
    }

    private static void Register(PosixSignal signal, Action action) =>
        Registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            action();
        }));

    private static void Stop(Options options, ChildProcesses children, int exitCode)
    {
        if (options.IgnoreTerm)
        {
            return;
        }

        Thread.Sleep(options.SlowExit);
        if (options.TermChildren)
        {
            children.StopAll();
        }

        // Exit on this thread: the main thread may be blocked in a write to a full pipe.
        Environment.Exit(exitCode);
    }
}
