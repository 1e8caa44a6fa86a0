namespace TestReaper.Platform;

/// <summary>Starts background threads. A host that cannot create one still starts processes and reaps them.</summary>
internal static class BackgroundThread
{
    /// <returns>Null if the system refuses another thread: RLIMIT_NPROC, pids.max or memory.</returns>
    public static Thread? TryStart(string name, ThreadStart work, int stackSize = 0)
    {
        try
        {
            var thread = new Thread(work, stackSize) { IsBackground = true, Name = name };
            thread.Start();
            return thread;
        }
        catch (Exception error) when (error is OutOfMemoryException or ThreadStartException)
        {
            return null;
        }
    }
}
