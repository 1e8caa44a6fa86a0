namespace TestReaper.Platform;

/// <summary>The read ends of a server's output, for one thread. Other threads may call only what says so.</summary>
internal abstract class OutputPipes : IDisposable
{
    /// <summary>How many pipes there are, numbered from 0.</summary>
    public abstract int Count { get; }

    /// <summary>Waits until a pipe can be read, <see cref="Wake"/> is called, or the time has passed.</summary>
    /// <param name="milliseconds">-1 waits without a limit.</param>
    /// <returns>Whether a pipe can be read.</returns>
    public abstract bool Wait(int milliseconds);

    /// <summary>Reads what is available, without waiting.</summary>
    /// <returns>The number of bytes; 0 if nothing is available or the pipe has ended.</returns>
    public abstract int Read(int pipe, Span<byte> buffer);

    /// <summary>Whether everything was read and no process can write any more.</summary>
    public abstract bool HasEnded(int pipe);

    /// <summary>Ends the current wait or the next one; safe on every thread.</summary>
    public abstract void Wake();

    /// <summary>The pipes that a process can still write to, independent of what was read; safe on every thread.</summary>
    public abstract IReadOnlyList<int> HeldOpen();

    /// <summary>The visible processes that can write to the pipe; safe on every thread.</summary>
    public abstract IReadOnlyList<int> Writers(int pipe);

    /// <summary>Closes the read ends.</summary>
    public abstract void Dispose();
}
