namespace TestReaper.Servers.Output;

/// <summary>Reads the output streams of a server to their end, whoever inherited them, without holding a thread.</summary>
internal sealed class OutputPump
{
    // Longer lines reach the log in pieces.
    private const int MaxLine = 64 * 1024;
    private readonly Stream[] _streams;
    private readonly Task _reading;

    public OutputPump(ServerOutput output, SecretMask mask, params Stream[] streams)
    {
        _streams = streams;
        _reading = Task.WhenAll(streams.Select(stream => Task.Run(() => ReadAsync(stream, new LineSplitter(MaxLine, mask, output.Add)))));
    }

    /// <summary>
    /// Waits for the end of the streams, but not for long: a process that inherited one and outlives the server keeps it open.
    /// </summary>
    /// <returns>False if somebody still holds a stream open.</returns>
    public async Task<bool> DrainAsync(TimeSpan timeout)
    {
        var ended = true;
        try
        {
            await _reading.WaitAsync(timeout).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            ended = false;
        }

        foreach (var stream in _streams)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        // Its closed stream ends the reader, which still has a last line to hand over; a handler of lines may hang.
        await SettleAsync(timeout).ConfigureAwait(false);

        return ended;
    }

    /// <inheritdoc cref="DrainAsync"/>
    public bool Drain(TimeSpan timeout) => DrainAsync(timeout).GetAwaiter().GetResult();

    /// <summary>Gives the last lines of a server that has exited a moment to arrive; its children may keep the streams open.</summary>
    public Task SettleAsync(TimeSpan timeout) => Task.WhenAny(_reading, Task.Delay(timeout));

    private static async Task ReadAsync(Stream stream, LineSplitter lines)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                lines.Write(buffer.AsSpan(0, count));
            }
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed by DrainAsync.
        }

        lines.Flush();
    }
}
