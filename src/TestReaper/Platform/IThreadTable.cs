namespace TestReaper.Platform;

/// <summary>Reads what the threads of a process do. A process that has vanished has no threads.</summary>
internal interface IThreadTable
{
    /// <summary>The threads of a process, main thread first, in a bounded time; empty if they cannot be read.</summary>
    /// <param name="pid">The process.</param>
    /// <param name="limit">The number of threads after which the rest is left out.</param>
    IReadOnlyList<ThreadEntry> Read(int pid, int limit);
}
