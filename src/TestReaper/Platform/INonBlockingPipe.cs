namespace TestReaper.Platform;

/// <summary>The end of a pipe to a helper, on which no write waits.</summary>
internal interface INonBlockingPipe : IDisposable
{
    /// <summary>Writes what there is room for.</summary>
    /// <returns>How many bytes; none where there is no room.</returns>
    /// <exception cref="IOException">The read end is closed.</exception>
    int TryWrite(ReadOnlySpan<byte> bytes);

    /// <summary>Waits for room, or for the end of the reader; false if there was neither within the limit.</summary>
    bool WaitUntilWritable(TimeSpan limit);
}
