namespace TestReaper.Platform.Windows.Wait;

/// <summary>
/// Windows has no signals. These numbers name what TestReaper does instead: a kill ends a process, and a request to stop is a Ctrl+Break
/// for the console group of a server.
/// </summary>
internal static class SignalNumbers
{
    internal const int Probe = 0, Interrupt = 2, Quit = 3, Kill = 9, Terminate = 15, Continue = 18;

    internal static int From(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGINT => Interrupt,
        PosixSignal.SIGQUIT => Quit,
        PosixSignal.SIGTERM or PosixSignal.SIGHUP => Terminate,
        _ => (int)signal > 0 ? (int)signal : Terminate,
    };
}
