using TestReaper.Secrets;

namespace TestReaper.Servers.Output;

/// <summary>One stream of a server: its lines, and the line that has no end yet.</summary>
/// <remarks>
/// A prompt never ends and a progress bar ends late, so an unfinished line counts when nothing was added to it for 100 ms. A number at its
/// end may be incomplete, so such a line counts after a second.
/// </remarks>
internal sealed class OutputStream
{
    // Longer lines reach the log in pieces.
    private const int MaxLine = 64 * 1024;
    private const int QuietPeriod = 100, NumberPeriod = 1000;
    private readonly ServerOutput _output;
    private readonly SecretMask _mask;
    private readonly LineSplitter _lines;
    private long _writtenAt, _shownAt;
    private int _stage;

    public OutputStream(ServerOutput output, SecretMask mask, int pipe)
    {
        _output = output;
        _mask = mask;
        Pipe = pipe;
        _lines = new LineSplitter(MaxLine, mask, AddLine, text => output.Test(text, isUnfinished: false));
    }

    public int Pipe { get; }

    /// <summary>In how many milliseconds <see cref="Tick"/> has something to do; -1 if only more output can change that.</summary>
    public int NextTick => _stage == 0 ? -1 : (int)Math.Max(0, Period - (Environment.TickCount64 - _writtenAt));

    private int Period => _stage == 1 ? QuietPeriod : NumberPeriod;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        _lines.Write(bytes);
        _writtenAt = Environment.TickCount64;
        _stage = _lines.HasUnfinished ? 1 : 0;
    }

    /// <summary>Checks the unfinished line when it is due. A progress bar that never rests is shown at the same interval.</summary>
    public void Tick()
    {
        var now = Environment.TickCount64;
        if (_stage == 1 && now - _shownAt >= QuietPeriod)
        {
            Show();
        }

        if (_stage > 0 && now - _writtenAt >= Period)
        {
            Show();
            _output.Test(_lines.Unfinished, isUnfinished: _stage == 1);
            _stage = (_stage + 1) % 3;
        }
    }

    /// <summary>Makes the unfinished line visible.</summary>
    public void Show()
    {
        if (_lines.HasUnfinished)
        {
            _shownAt = Environment.TickCount64;
            _output.ShowUnfinished(Pipe, _mask.MaskUnfinished(_lines.Unfinished));
        }
    }

    public void End() => _lines.Flush();

    private void AddLine(string line)
    {
        _output.Test(line, isUnfinished: false);
        _output.Add(_mask.Mask(line), Pipe);
    }
}
