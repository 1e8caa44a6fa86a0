using System.Text.RegularExpressions;

namespace TestReaper.Servers.Output;

/// <summary>Text as a terminal shows it, for patterns: without colours (ECMA-48 escape sequences), with backspaces applied.</summary>
internal static partial class AnsiText
{
    private const char Escape = '\u001b', Backspace = '\b', Bell = '\a', ControlSequence = '\u009b';

    /// <summary>Whether <see cref="Segments"/> differs from the text itself.</summary>
    public static bool HasControls(string text) => text.AsSpan().IndexOfAny([Escape, Backspace, ControlSequence, Bell, '\r']) >= 0;

    /// <summary>The successive states of the terminal's line: a cursor that returns to the first column begins a new one.</summary>
    public static IEnumerable<string> Segments(string text) =>
        Sequence().Replace(ToFirstColumn().Replace(text, "\r"), "").Split('\r').Select(ApplyBackspaces)
            .Where(segment => segment.Length > 0);

    private static string ApplyBackspaces(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in text)
        {
            if (character == Backspace)
            {
                result.Length = Math.Max(0, result.Length - 1);
            }
            else if (character != Bell)
            {
                result.Append(character);
            }
        }

        return result.ToString();
    }

    // CHA and HPA with no column or the first one.
    [GeneratedRegex("(?:\u001b\\[|\u009b)[01]?[G`]", RegexOptions.CultureInvariant)]
    private static partial Regex ToFirstColumn();

    // CSI, then OSC/DCS/SOS/PM/APC up to their terminator, then the two- and three-character sequences.
    [GeneratedRegex(
        "(?:\u001b\\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b[\\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|\u001b[ -/]*[0-~]",
        RegexOptions.CultureInvariant)]
    private static partial Regex Sequence();
}
