namespace TestReaper.Platform.MacOS.Wait;

/// <summary>Signals by their numbers in bsd/sys/signal.h, many of which differ from Linux.</summary>
internal static class SignalNumbers
{
    internal const int Kill = 9, Continue = 19;
    private const string Killed =
        "SIGKILL, which no process can handle: sent by the kernel when memory runs out or a code signature is invalid, or by a user";

    [UnsupportedOSPlatform("windows")]
    internal static int From(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        PosixSignal.SIGTSTP => 18,
        PosixSignal.SIGCONT => Continue,
        PosixSignal.SIGCHLD => 20,
        PosixSignal.SIGTTIN => 21,
        PosixSignal.SIGTTOU => 22,
        PosixSignal.SIGWINCH => 28,
        > 0 and var raw => (int)raw,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Not a signal of this system."),
    };

    /// <summary>Names a signal whose default action ends a process; null for others.</summary>
    internal static string? Describe(int signal) => signal switch
    {
        1 => "SIGHUP, its terminal or session leader has ended",
        2 => "SIGINT, an interrupt as by Ctrl+C",
        3 => "SIGQUIT, a request to end with a core dump",
        4 => "SIGILL, it executed an illegal instruction: a program or library built for another CPU",
        5 => "SIGTRAP, a breakpoint or a failed check of the program itself",
        6 => "SIGABRT, it aborted itself: a failed assertion or an unhandled exception of C++",
        7 => "SIGEMT, an emulated instruction",
        8 => "SIGFPE, an arithmetic error such as a division by zero",
        Kill => Killed,
        10 => "SIGBUS, a bus error: often a mapped file that was truncated",
        11 => "SIGSEGV, a segmentation fault: it accessed memory that is not mapped to it",
        12 => "SIGSYS, a system call with an invalid argument",
        13 => "SIGPIPE, it wrote to a pipe or socket without a reader",
        14 => "SIGALRM, its timer has expired",
        15 => "SIGTERM, a request to terminate by another process",
        24 => "SIGXCPU, its limit of CPU time (RLIMIT_CPU) is exceeded",
        25 => "SIGXFSZ, its limit of file size (RLIMIT_FSIZE) is exceeded",
        30 => "SIGUSR1, without a handler",
        31 => "SIGUSR2, without a handler",
        _ => null,
    };

    // The exit code of a shell whose last command was ended by signal n is 128 + n.
    internal static FatalSignal FatalOf(ExitStatus? exit) => (exit?.Signal ?? (exit?.Code - 128)) switch
    {
        4 => FatalSignal.IllegalInstruction,
        Kill => FatalSignal.Kill,
        10 => FatalSignal.Bus,
        25 => FatalSignal.FileSize,
        _ => FatalSignal.None,
    };
}
