using System.CommandLine.Parsing;
using System.Globalization;

namespace TestReaper.Tool.Words;

/// <summary>Reads seconds as people write them.</summary>
internal static class SecondsText
{
    // As long as a reap may wait.
    private const double Longest = int.MaxValue / 1000;

    public static TimeSpan? Parse(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= Longest)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        result.AddError($"'{text}' is no time: write seconds without a unit, such as 5 or 0.5, and no more than {Longest:0} (24 days).");
        return null;
    }
}
