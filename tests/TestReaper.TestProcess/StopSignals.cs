using System.Runtime.InteropServices;

namespace TestReaper.TestProcess;

/// <summary>What SIGTERM and SIGINT do to this process.</summary>
internal static class StopSignals
{
    private static readonly List<PosixSignalRegistration> Registrations = [];

    public static void Handle(Options options, Family family)
    {
        // Caught rather than SIG_IGN, which spawned processes would inherit.
        On(PosixSignal.SIGTERM, () => Obey(options, family, ExitCodes.Stopped));
        On(PosixSignal.SIGINT, () => Obey(options, family, ExitCodes.Interrupted));
    }

    private static void On(PosixSignal signal, Action action) =>
        Registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            action();
        }));

    private static void Obey(Options options, Family family, int exitCode)
    {
        if (options.IgnoreTerm)
        {
            return;
        }

        Thread.Sleep(options.SlowExit);
        if (options.TermChildren)
        {
            family.StopChildren();
        }

        // From here, not from the main thread: that may hang in a write to a full pipe.
        Environment.Exit(exitCode);
    }
}
