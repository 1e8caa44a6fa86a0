namespace TestReaper.Platform.Linux.Wait;

/// <summary>signal(7). Raw positive numbers are passed through, as <see cref="PosixSignalRegistration"/> does.</summary>
[SupportedOSPlatform("linux")]
internal static class SignalNumbers
{
    internal const int Kill = 9, SigPipe = 13, Continue = 18;

    internal static int From(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        PosixSignal.SIGCHLD => 17,
        PosixSignal.SIGCONT => Continue,
        PosixSignal.SIGTSTP => 20,
        PosixSignal.SIGTTIN => 21,
        PosixSignal.SIGTTOU => 22,
        PosixSignal.SIGWINCH => 28,
        > 0 and var raw => (int)raw,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Not a signal of this system."),
    };
}
