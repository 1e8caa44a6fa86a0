namespace TestReaper.Platform;

/// <summary>The write end of a pipe to a helper. No write waits.</summary>
internal interface INonBlockingPipe : IDisposable
{
    /// <summary>Writes as much as there is room for.</summary>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="IOException">The read end is closed.</exception>
    int TryWrite(ReadOnlySpan<byte> bytes);

    /// <summary>Waits until there is room or the read end is closed; false if neither happened within the limit.</summary>
    bool WaitUntilWritable(TimeSpan limit);
}
