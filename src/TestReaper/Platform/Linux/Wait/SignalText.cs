namespace TestReaper.Platform.Linux.Wait;

/// <summary>The signals whose default action ends a process, with what usually sends them (signal(7)).</summary>
internal static class SignalText
{
    private const string Illegal = "SIGILL, it executed an illegal instruction: a program or library built for another CPU";
    private const string Killed =
        "SIGKILL, which no process can handle: sent by the kernel when memory runs out (see dmesg), by a supervisor or by a user";

    /// <summary>Null for a signal that is not in signal(7), or that does not end a process.</summary>
    public static string? Describe(int signal) => signal switch
    {
        1 => "SIGHUP, its terminal or session leader has ended",
        2 => "SIGINT, an interrupt as by Ctrl+C",
        3 => "SIGQUIT, a request to end with a core dump",
        4 => Illegal,
        5 => "SIGTRAP, a breakpoint or a failed check of the program itself",
        6 => "SIGABRT, it aborted itself: a failed assertion or an unhandled exception of C++",
        7 => "SIGBUS, a bus error: often a mapped file that was truncated, or a full /dev/shm",
        8 => "SIGFPE, an arithmetic error such as a division by zero",
        9 => Killed,
        10 => "SIGUSR1, without a handler",
        11 => "SIGSEGV, a segmentation fault: it accessed memory that is not mapped to it",
        12 => "SIGUSR2, without a handler",
        13 => "SIGPIPE, it wrote to a pipe or socket without a reader",
        14 => "SIGALRM, its timer has expired",
        15 => "SIGTERM, a request to terminate by another process",
        24 => "SIGXCPU, its limit of CPU time (RLIMIT_CPU) is exceeded",
        25 => "SIGXFSZ, its limit of file size (RLIMIT_FSIZE) is exceeded",
        31 => "SIGSYS, a system call that a seccomp filter forbids",
        _ => null,
    };
}
