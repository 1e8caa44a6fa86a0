using System.CommandLine.Parsing;
using System.Globalization;

namespace TestReaper.Tool.Parsing;

/// <summary>Parses process ids.</summary>
internal static class PidParser
{
    public static int ParseOne(ArgumentResult result) => Parse(result.Tokens[0].Value, result);

    public static int[] ParseAll(ArgumentResult result) => [.. result.Tokens.Select(token => Parse(token.Value, result))];

    private static int Parse(string text, ArgumentResult result)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var pid))
        {
            return pid;
        }

        result.AddError($"'{text}' is not a process id. Write a number, as ps and testreaper ps print it.");
        return 0;
    }
}
