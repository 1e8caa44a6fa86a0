namespace TestReaper.Platform;

/// <summary>Writes to a descriptor with O_NONBLOCK (write(2)) for as long as there is room.</summary>
internal static class NonBlockingWrite
{
    // EINTR has this number on Linux and on macOS.
    private const int Interrupted = 4;

    public delegate nint Call(ReadOnlySpan<byte> bytes);

    /// <param name="bytes">What to write.</param>
    /// <param name="noRoom">The system's number of EAGAIN.</param>
    /// <param name="write">Calls write(2) and keeps its errno as the last P/Invoke error.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="IOException">The descriptor cannot be written.</exception>
    public static int Run(ReadOnlySpan<byte> bytes, int noRoom, Call write)
    {
        var total = 0;
        while (total < bytes.Length)
        {
            var written = (int)write(bytes[total..]);
            if (written >= 0)
            {
                total += written;
                continue;
            }

            var error = Marshal.GetLastPInvokeError();
            if (error == noRoom)
            {
                break;
            }

            if (error != Interrupted)
            {
                throw new IOException($"The pipe cannot be written (errno {error}).");
            }
        }

        return total;
    }
}
