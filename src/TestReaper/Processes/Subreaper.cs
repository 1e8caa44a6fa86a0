using TestReaper.Platform;

namespace TestReaper;

/// <summary>
/// Makes this process the subreaper of its descendants (prctl(2), PR_SET_CHILD_SUBREAPER): orphans become its children instead of
/// children of process 1, so they can be found.
/// </summary>
/// <remarks>
/// <para>
/// An option of the whole test host, off by default, for machines where no cgroup can be created. It finds a daemon that has left its
/// parent, its session and its environment.
/// </para>
/// <para>
/// An orphan without any mark is a member only while this host runs one tree. It is never a member if
/// <see cref="System.Diagnostics.Process"/> started it, if it leads a session (native code of this process may have started it:
/// forkpty(3), posix_spawn(3)), or if a scan saw it below such a process. The report names the session leaders that were not reaped.
/// A process that native code started and that became a daemon before the first scan counts as an orphan.
/// </para>
/// <para>
/// Orphans that have exited stay zombies until this process exits: the runtime does not collect them, and collecting them here would
/// race with it.
/// </para>
/// </remarks>
public static class Subreaper
{
    private static bool _enabled;
    private static bool _adopts;

    /// <summary>Whether <see cref="Enable"/> has succeeded in this process.</summary>
    public static bool IsEnabled => Volatile.Read(ref _enabled);

    /// <summary>Whether orphans become children of this process, by <see cref="Enable"/> or by <see cref="Adopt"/>.</summary>
    internal static bool Adopts => Volatile.Read(ref _adopts);

    /// <summary>Enables it until this process exits. Calling it again has no effect.</summary>
    /// <returns>False if the operating system does not support it or refuses it.</returns>
    public static bool Enable()
    {
        if (!IsEnabled)
        {
            Volatile.Write(ref _enabled, Adopt());
        }

        return IsEnabled;
    }

    /// <summary>Whether every child of this process that the runtime did not start is an orphan.</summary>
    internal static bool IsAlone { get; private set; }

    /// <summary>For a program in which no native code starts processes.</summary>
    internal static bool EnableAlone()
    {
        IsAlone = true;
        return Enable();
    }

    /// <summary>Adopts orphans without making them members of a tree: they may come from any process.</summary>
    internal static bool Adopt()
    {
        if (!Adopts)
        {
            Volatile.Write(ref _adopts, ProcessPlatform.Current.Children.TryBecomeSubreaper());
        }

        return Adopts;
    }
}
