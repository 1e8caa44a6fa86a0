using TestReaper.Platform;

namespace TestReaper.Reaping;

/// <summary>Why a process outlived SIGKILL.</summary>
internal enum SurvivorCause
{
    /// <summary>The process could not be read any more.</summary>
    Unknown,

    /// <summary>Its cgroup is frozen.</summary>
    Frozen,

    /// <summary>State D: it waits in a kernel function that no signal interrupts.</summary>
    UninterruptibleSleep,

    /// <summary>This user may not signal it.</summary>
    Denied,

    /// <summary>It is still exiting.</summary>
    Exiting,
}

/// <summary>The text for each cause: the state of the survivor, and the advice at the end of the message.</summary>
internal static class SurvivorCauseText
{
    public static string State(this SurvivorCause cause, ProcessEntry entry) => cause switch
    {
        SurvivorCause.Denied => "EPERM (owned by another user; this one may not signal it)",
        SurvivorCause.Frozen => "frozen (by its cgroup: SIGKILL waits until it is thawed)",
        SurvivorCause.Unknown => "unknown",
        _ => ProcessStates.Explain(entry),
    };

    /// <summary>The advice for the cause that an action of the user can remove; the first in this order wins.</summary>
    public static string Advise(IReadOnlyCollection<SurvivorCause> causes) =>
        causes.Contains(SurvivorCause.Frozen)
            ? "A frozen process dies when its cgroup is thawed: find out what froze it (a container engine's pause, the v1 freezer)."
        : causes.Contains(SurvivorCause.UninterruptibleSleep)
            ? "A process in uninterruptible sleep dies when the kernel function it is in returns: often a driver that frees memory. " +
                "Raise ReapOptions.Timeout, or look at the driver (dmesg)."
        : causes.Contains(SurvivorCause.Denied)
            ? "A process of another user can be stopped by that user or root only: " +
                "configure the server to keep its privileges in tests, or run the tests as root."
        : "Exiting can take long where much memory is freed: " +
            "raise ReapOptions.Timeout, and GracePeriod so that the server can free it in order.";
}
