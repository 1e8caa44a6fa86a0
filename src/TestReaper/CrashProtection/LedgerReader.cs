namespace TestReaper.CrashProtection;

/// <summary>Splits the stream of a ledger into lines.</summary>
/// <remarks>
/// Constraint. A ledger can have any size and any content: other processes of the user can write to it. A read error in the middle says
/// nothing about the rest of the file, and a truncated list must not look like a complete one.
/// <para>
/// Scheme. A buffer of 64 KiB that grows with the longest line. A line of more than 1 MiB cannot come from this library
/// (<see cref="LedgerLine.Shorten"/> cuts command lines at 4096 characters) and is skipped, so memory is bounded.
/// </para>
/// <para>
/// Invariants. (1) The lines are returned in order and without their line feed; the last one may lack it, because the host died in the
/// write. (2) A read error is an <see cref="IOException"/>, never an end of file: the caller then keeps the ledger. (3) Bytes are not
/// interpreted here; <see cref="LedgerFile"/> parses them and skips what is not valid.
/// </para>
/// <para>The format and the trust in it: <see cref="Ledger"/>. https://man7.org/linux/man-pages/man2/write.2.html</para>
/// </remarks>
internal sealed class LedgerReader(Stream stream)
{
    private const int LongestLine = 1024 * 1024;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start, _end;

    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">The file could not be read to its end.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        for (var isSkipping = false; ;)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            var length = rest.IndexOf((byte)'\n');
            if (length >= 0)
            {
                _start += length + 1;
                if (!isSkipping)
                {
                    line = rest[..length];
                    return true;
                }

                isSkipping = false;
                continue;
            }

            if (rest.Length > LongestLine)
            {
                (isSkipping, _start, _end) = (true, 0, 0);
            }

            if (!Fill())
            {
                line = isSkipping ? [] : _buffer.AsSpan(_start, _end - _start);
                _start = _end;
                return line.Length > 0;
            }
        }
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
