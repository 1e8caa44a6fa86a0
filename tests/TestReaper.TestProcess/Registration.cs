namespace TestReaper.TestProcess;

/// <summary>A file that tells who this process is and, by the lock on it, that it lives.</summary>
internal static class Registration
{
    public static void Enter(Options options)
    {
        if (options.Registry is null)
        {
            return;
        }

        var name = $"{options.Role}-{Environment.ProcessId}-{ProcessStat.OfThisProcess().StartTime}";
        var hidden = Path.Combine(options.Registry, $".{name}");

        // Renamed only when locked: an observer never sees a living process without its lock.
        FileLock.Hold(hidden);
        File.Move(hidden, Path.Combine(options.Registry, name));
    }
}
