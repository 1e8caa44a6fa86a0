namespace TestReaper.Platform.Linux.Native;

/// <summary>A file descriptor that is closed at the end of the method that opened it.</summary>
/// <param name="number">What open(2) or socket(2) returned; negative after an error.</param>
internal readonly ref struct Descriptor(int number)
{
    internal int Number => number;

    internal bool IsOpen => number >= 0;

    public void Dispose() => _ = IsOpen ? LibC.close(number) : 0;

    /// <summary>read(2), repeated after a signal (EINTR).</summary>
    internal static int Read(int fd, Span<byte> buffer)
    {
        int count;
        do
        {
            count = (int)LibC.read(fd, buffer, (nuint)buffer.Length);
        }
        while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        return count;
    }
}
