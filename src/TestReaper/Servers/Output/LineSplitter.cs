using TestReaper.Secrets;

namespace TestReaper.Servers.Output;

/// <summary>
/// Cuts a stream of bytes into lines: at LF or CRLF, and where a line without end gets too long. A lone CR lets the next text overwrite
/// the line, as a progress bar does: only the last state of such a line remains, and each earlier state is passed on separately.
/// </summary>
/// <param name="maxLine">Longer lines are passed on in pieces of about this many characters.</param>
/// <param name="mask">Finds where a long line can be cut without splitting a secret. Nothing is masked here.</param>
/// <param name="emit">Gets each line.</param>
/// <param name="overwritten">Gets each text that ends in a CR, at once.</param>
internal sealed class LineSplitter(int maxLine, SecretMask mask, Action<string> emit, Action<string>? overwritten = null)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _pending = new();
    private readonly char[] _chars = new char[16 * 1024];
    private string? _lastState;
    private bool _hasReturned;

    /// <summary>The text of a line that has no end yet; empty if there is none.</summary>
    /// <remarks>A progress bar that is erased with spaces leaves its last state.</remarks>
    public string Unfinished => _lastState is not null && IsBlank() ? _lastState : _pending.ToString();

    public bool HasUnfinished => _pending.Length > 0 || _lastState is not null;

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
        Append(_chars.AsSpan(0, count));
        if (HasUnfinished)
        {
            EmitLine();
        }
    }

    private void Split(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny('\n', '\r');
            Append(end < 0 ? text : text[..end]);
            if (end < 0)
            {
                break;
            }

            if (text[end] == '\n')
            {
                EmitLine();
            }
            else
            {
                // The LF of a CRLF may arrive later.
                _hasReturned = true;
                if (_pending.Length > 0 && !text[(end + 1)..].StartsWith("\n"))
                {
                    overwritten?.Invoke(_pending.ToString());
                }
            }

            text = text[(end + 1)..];
        }
    }

    private void Append(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
        {
            return;
        }

        if (_hasReturned)
        {
            _lastState = IsBlank() ? _lastState : _pending.ToString();
            _pending.Clear();
            _hasReturned = false;
        }

        _pending.Append(text);
        if (_pending.Length >= maxLine + mask.LongestSecret)
        {
            CutLongLine();
        }
    }

    private void EmitLine()
    {
        emit(Unfinished);
        _pending.Clear();
        (_lastState, _hasReturned) = (null, false);
    }

    private bool IsBlank() => string.IsNullOrWhiteSpace(_pending.ToString());

    // Text that may begin a secret waits for its end.
    private void CutLongLine()
    {
        var text = _pending.ToString();
        var cut = mask.SafeCut(text, text.Length - mask.LongestSecret);
        cut = cut > 0 ? cut : text.Length;
        emit(text[..cut]);
        _pending.Remove(0, cut);
        _lastState = null;
    }
}
