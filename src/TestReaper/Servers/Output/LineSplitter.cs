using System.Text;

namespace TestReaper.Servers.Output;

/// <summary>
/// Cuts a stream of bytes into lines with their secrets masked: at LF or CRLF, and where a line without end gets too long.
/// </summary>
internal sealed class LineSplitter(int maxLine, SecretMask mask, Action<string> emit)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _pending = new();
    private readonly char[] _chars = new char[16 * 1024];

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            _decoder.Convert(bytes, _chars, flush: false, out var used, out var count, out _);
            bytes = bytes[used..];
            Split(_chars.AsSpan(0, count));
        }
    }

    /// <summary>Ends the last line.</summary>
    public void Flush()
    {
        // A character that was cut off becomes a replacement character.
        var count = _decoder.GetChars([], _chars, flush: true);
        _pending.Append(_chars, 0, count);
        if (_pending.Length > 0)
        {
            EmitLine();
        }
    }

    private void Split(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOf('\n');
            _pending.Append(end < 0 ? text : text[..end]);
            text = end < 0 ? [] : text[(end + 1)..];
            if (end >= 0)
            {
                EmitLine();
            }
            else if (_pending.Length >= maxLine + mask.LongestSecret)
            {
                CutLongLine();
            }
        }
    }

    private void EmitLine()
    {
        if (_pending.Length > 0 && _pending[^1] == '\r')
        {
            _pending.Length--;
        }

        emit(mask.Mask(_pending.ToString()));
        _pending.Clear();
    }

    // What may be the beginning of a secret waits for its end.
    private void CutLongLine()
    {
        var text = _pending.ToString();
        var cut = mask.SafeCut(text, text.Length - mask.LongestSecret);
        cut = cut > 0 ? cut : text.Length;
        emit(mask.Mask(text[..cut]));
        _pending.Remove(0, cut);
    }
}
