namespace TestReaper.Platform;

/// <summary>Waits for many processes at once without costing CPU.</summary>
internal abstract class ExitWatch : IDisposable
{
    /// <summary>How many of the watched processes are not gone yet.</summary>
    public abstract int Remaining { get; }

    public abstract void Add(ProcessHandle handle);

    /// <summary>Returns when all watched processes are gone, when the timeout has passed, or when <see cref="Wake"/> was called.</summary>
    public abstract void WaitForAll(TimeSpan timeout);

    /// <summary>Waits for the whole time, or until <see cref="Wake"/> is called; an exit does not end the wait.</summary>
    public abstract void Pause(TimeSpan timeout);

    /// <summary>Ends the current or the next wait. May be called from any thread.</summary>
    public abstract void Wake();

    public abstract void Dispose();
}
