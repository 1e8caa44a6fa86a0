namespace TestReaper.CrashProtection;

/// <summary>Cuts a stream into lines without taking all of it into memory. A line that is too long to be one of ours is left out.</summary>
internal sealed class LedgerReader(Stream stream)
{
    private const int LongestLine = 1024 * 1024;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start, _end;

    /// <returns>False at the end.</returns>
    /// <exception cref="IOException">It could not be read to its end.</exception>
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
