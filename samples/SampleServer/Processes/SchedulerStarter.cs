namespace SampleServer.Processes;

/// <summary>
/// The intermediate process of a double fork. It starts the scheduler and exits at once. The scheduler becomes a child of init, and
/// a walk from parent to child does not find it any more.
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
        // Windows has no such sessions: there the scheduler is only an orphan.
        if (!OperatingSystem.IsWindows())
        {
            _ = LibC.setsid();
        }
    }
}
