using System.CommandLine.Parsing;
using System.Globalization;

namespace TestReaper.Tool.Parsing;

/// <summary>Parses a duration in seconds, with an optional fraction.</summary>
internal static class SecondsParser
{
    // The longest timeout that a reap accepts.
    private const double Longest = int.MaxValue / 1000;

    public static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= Longest)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        result.AddError($"'{text}' is not a duration. Write seconds without a unit, such as 5 or 0.5, at most {Longest:0} (24 days).");
        return null;
    }
}
