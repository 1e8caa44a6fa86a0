namespace SampleServer.Processes;

/// <summary>
/// The middle of a double fork: it starts the scheduler and exits at once, so the scheduler is adopted by init
/// and no walk from parent to child finds it again.
/// </summary>
internal static class SchedulerStarter
{
    public static int Run(Options options)
    {
        using var scheduler = Self.Start(options.ArgumentsFor(Roles.Scheduler));
        return 0;
    }

    public static void LeaveSession()
    {
        // Windows has no sessions of this kind; there the scheduler is an orphan and no more.
        if (!OperatingSystem.IsWindows())
        {
            _ = LibC.setsid();
        }
    }
}
