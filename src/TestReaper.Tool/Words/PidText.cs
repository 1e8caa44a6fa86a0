using System.CommandLine.Parsing;
using System.Globalization;

namespace TestReaper.Tool.Words;

/// <summary>Reads process ids.</summary>
internal static class PidText
{
    public static int ParseOne(ArgumentResult result) => Parse(result.Tokens[0].Value, result);

    public static int[] ParseAll(ArgumentResult result) => [.. result.Tokens.Select(token => Parse(token.Value, result))];

    private static int Parse(string text, ArgumentResult result)
    {
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var pid))
        {
            return pid;
        }

        result.AddError($"'{text}' is no process id: write a number, as ps and testreaper ps show it.");
        return 0;
    }
}
