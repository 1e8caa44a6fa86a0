using TestReaper.Platform;

namespace TestReaper;

/// <summary>
/// Makes this process the subreaper of its descendants (prctl(2), PR_SET_CHILD_SUBREAPER): orphans become its children instead
/// of process 1's, and so stay in sight.
/// </summary>
/// <remarks>
/// An option of the whole test host, off by default, for machines where no cgroup can be made: it finds a daemon that left its
/// parent, its session and its environment. An orphan without any mark is taken for a server's only while that is the one
/// tree this host is running, and never if <see cref="System.Diagnostics.Process"/> has started it, if it leads a session (native
/// code of this process may have started it: forkpty(3), posix_spawn(3)) or if it was seen below such a one; the report names
/// the leaders that were left alone. What native code starts, and what makes itself a daemon before it was seen, is taken for an
/// orphan. Orphans that end stay zombies until this process ends; the runtime does not collect them, and collecting them at once
/// would race it.
/// </remarks>
public static class Subreaper
{
    private static bool _enabled;
    private static bool _adopts;

    /// <summary>Whether <see cref="Enable"/> has succeeded in this process.</summary>
    public static bool IsEnabled => Volatile.Read(ref _enabled);

    /// <summary>Whether orphans become this process's children, for whatever reason.</summary>
    internal static bool Adopts => Volatile.Read(ref _adopts);

    /// <summary>Turns it on for the rest of this process's life. Calling it again does nothing.</summary>
    /// <returns>False where the operating system has no such thing or refuses it.</returns>
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

    /// <summary>Keeps orphans in sight, and gives them to no server's tree: they may be anybody's.</summary>
    internal static bool Adopt()
    {
        if (!Adopts)
        {
            Volatile.Write(ref _adopts, ProcessPlatform.Current.Children.TryBecomeSubreaper());
        }

        return Adopts;
    }
}
