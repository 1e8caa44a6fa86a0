namespace TestReaper.Platform;

/// <summary>Reports the exits of many processes one by one, in the order in which they happen.</summary>
internal abstract class ExitQueue
{
    /// <summary>Watches a process; safe on every thread. The caller makes sure that the handle is not disposed during the call.</summary>
    /// <param name="handle">The process. Its disposal ends the watch, and an exit that was not taken yet is lost.</param>
    /// <param name="key">What <see cref="Wait"/> returns for it. Not negative.</param>
    /// <returns>False if the system reports no exit of this process: it must be polled.</returns>
    public abstract bool TryAdd(ProcessHandle handle, int key);

    /// <summary>Waits for at least one exit, for <see cref="Wake"/>, or for the timeout. For one thread.</summary>
    /// <param name="timeout">How long to wait; <see cref="Timeout.InfiniteTimeSpan"/> waits without a limit.</param>
    /// <returns>The keys of the processes that exited. Each is returned once.</returns>
    public abstract IReadOnlyList<int> Wait(TimeSpan timeout);

    /// <summary>Ends the current wait or the next one; safe on every thread.</summary>
    public abstract void Wake();
}
