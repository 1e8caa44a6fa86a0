namespace TestReaper.TestProcess;

/// <summary>Ends the process after a time in any case, so that a failed test leaves nothing for long.</summary>
internal static class Lifetime
{
    private static Timer? _timer;

    public static void Limit(uint seconds)
    {
        if (OperatingSystem.IsWindows())
        {
            _timer = new Timer(static _ => Environment.FailFast("The lifetime is over."));
            _timer.Change(TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        }
        else
        {
            // SIGALRM also ends a process that runs no managed code.
            _ = LibC.alarm(seconds);
        }
    }
}
