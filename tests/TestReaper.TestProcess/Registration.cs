namespace TestReaper.TestProcess;

/// <summary>A file in the registry that names this process. Its lock shows that the process is alive.</summary>
internal static class Registration
{
    public static void Create(Options options)
    {
        if (options.Registry is null)
        {
            return;
        }

        var name = $"{options.Role}-{Environment.ProcessId}-{ProcessStat.ReadOwn().StartTime}";
        var hidden = Path.Combine(options.Registry, $".{name}");

        // The file gets its final name only when it is locked, so that an observer never sees a live process without its lock.
        FileLock.Hold(hidden);
        File.Move(hidden, Path.Combine(options.Registry, name));
    }
}
