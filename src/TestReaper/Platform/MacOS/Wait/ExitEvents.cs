using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Wait;

// Constraint: a reap waits for processes that are not its children, hundreds at a time, and waiting must cost no CPU. macOS has no handle
// for a process, so whatever waits names a pid.
//
// Scheme: a kqueue (https://developer.apple.com/library/archive/documentation/System/Conceptual/ManPages_iPhoneOS/man2/kqueue.2.html)
// watches each process by EVFILT_PROC with NOTE_EXIT. EVFILT_USER ends a wait from another thread; with EV_CLEAR a call before the wait
// ends that wait. NOTE_EXITSTATUS adds how the process ended, also after its parent has collected it.
//
// Invariants:
// - The caller compares pid and start time behind TryAdd. The pid is not reused before the exit, so the event belongs to that process.
// - The caller adds a pid again only after it has taken its event: the kernel would change the old registration and watch nothing.
// - TryAdd fails for a process that is exiting, although it is not gone yet. The caller polls it.
// - The kernel reports an exit after it has closed the files and freed the memory of the process, and shortly before the process is a
//   zombie (bsd/kern/kern_exit.c, proc_exit). So a reported exit is final and is not checked.
// - The exit of a process under a debugger is reported to the debugger first (bsd/kern/kern_event.c, filt_procevent). The caller checks
//   what it waits for now and then.

/// <summary>A kqueue for the exits of processes and for calls that wake it.</summary>
internal sealed unsafe class ExitEvents
{
    private const short ProcessFilter = -5, UserFilter = -10;
    private const ushort AddFlag = 0x1, ClearFlag = 0x20;
    private const uint Exit = 0x80000000, WithStatus = 0x04000000, StatusMask = 0xFFFF, Trigger = 0x01000000;
    private const int MaxEvents = 64;
    private readonly int _queue;

    private ExitEvents(int queue) => _queue = queue;

    /// <summary>Null if this process has no free descriptor.</summary>
    internal static ExitEvents? TryCreate()
    {
        var queue = LibSystem.kqueue();
        if (queue < 0)
        {
            return null;
        }

        var events = new ExitEvents(queue);
        if (events.TryChange(1, UserFilter, AddFlag | ClearFlag, 0))
        {
            return events;
        }

        events.Close();
        return null;
    }

    /// <returns>False if the process is exiting or gone, or if the system refuses: then it must be polled.</returns>
    internal bool TryAdd(int pid) =>

        // The status is shown for a process that this user may signal.
        TryChange((nuint)pid, ProcessFilter, AddFlag, Exit | WithStatus)
        || (Marshal.GetLastPInvokeError() == Errno.EACCES && TryChange((nuint)pid, ProcessFilter, AddFlag, Exit));

    /// <summary>Waits for at least one exit, for <see cref="Wake"/>, or for the timeout.</summary>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> waits without a limit.</param>
    /// <param name="exited">Called for each process that has exited.</param>
    /// <returns>Whether <see cref="Wake"/> was called.</returns>
    internal bool Wait(TimeSpan timeout, Action<int, ExitStatus?> exited)
    {
        var events = stackalloc KernelEvent[MaxEvents];
        var (seconds, rest) = Math.DivRem(Durations.ZeroIfNegative(timeout).Ticks, TimeSpan.TicksPerSecond);
        var limit = new TimeSpec { Seconds = (nint)seconds, Nanoseconds = (nint)(rest * TimeSpan.NanosecondsPerTick) };
        var count = LibSystem.kevent(_queue, null, 0, events, MaxEvents, timeout == Timeout.InfiniteTimeSpan ? null : &limit);
        var isWoken = false;
        for (var i = 0; i < count; i++)
        {
            if (events[i].Filter == UserFilter)
            {
                isWoken = true;
            }
            else
            {
                exited((int)events[i].Identity, ExitOf(events[i]));
            }
        }

        return isWoken;
    }

    internal void Wake() => TryChange(1, UserFilter, 0, Trigger);

    internal void Close() => _ = LibSystem.close(_queue);

    internal static ExitStatus? ExitOf(KernelEvent happened) =>
        (happened.FilterFlags & WithStatus) != 0 ? WaitStatus.Parse((int)(happened.Data & (nint)StatusMask)) : null;

    private bool TryChange(nuint identity, short filter, int flags, uint filterFlags)
    {
        var change = new KernelEvent { Identity = identity, Filter = filter, Flags = (ushort)flags, FilterFlags = filterFlags };
        return LibSystem.kevent(_queue, &change, 1, null, 0, null) >= 0;
    }
}
