using System.Buffers;

namespace TestReaper.Secrets;

/// <summary>Decides by a value whether it can be a secret, and whether masking it would damage ordinary text.</summary>
internal static class SecretValue
{
    /// <summary>A plain word or number shorter than this, in characters, is masked only beside a name of a secret.</summary>
    public const int ShortLength = 6;

    private const int LongLength = 16;

    // A switch is not a secret, even in a variable named like one. Clients of OpenAI send "EMPTY" if no key is needed.
    private static readonly string[] Harmless = ["true", "false", "yes", "no", "on", "off", "none", "null", "auto", "empty", "***"];

    private static readonly string[] Schemes = ["Bearer ", "Basic ", "Token ", "ApiKey "];

    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Whether the value of a secret name needs masking. A reference to a variable does not.</summary>
    public static bool MayBeSecret(ReadOnlySpan<char> value) =>
        value.Length >= 2 && value[0] != '$' && !value.MatchesAny(Harmless, SecretNames.EqualsWord);

    /// <summary>Whether all its characters are common in tokens. No function escapes these.</summary>
    public static bool HasTokenCharactersOnly(ReadOnlySpan<char> value) => !value.ContainsAnyExcept(TokenCharacters);

    /// <summary>Whether it has only digits, or only letters of one case after the first: such a value occurs in ordinary lines.</summary>
    public static bool IsPlain(ReadOnlySpan<char> value)
    {
        var (letters, digits, lower, upper) = (0, 0, 0, 0);
        for (var i = 0; i < value.Length; i++)
        {
            letters += char.IsLetter(value[i]) ? 1 : 0;
            digits += char.IsAsciiDigit(value[i]) || value[i] == '.' ? 1 : 0;
            lower += i > 0 && char.IsLower(value[i]) ? 1 : 0;
            upper += i > 0 && char.IsUpper(value[i]) ? 1 : 0;
        }

        return digits == value.Length || (letters == value.Length && (lower == 0 || upper == 0));
    }

    public static bool IsNumber(ReadOnlySpan<char> value) => !value.IsEmpty && !value.ContainsAnyExceptInRange('0', '9');

    /// <summary>Whether it has the form of a secret, which is required after a weak name: "token: Hello" is not a secret.</summary>
    public static bool LooksRandom(ReadOnlySpan<char> value) =>
        value.Length >= ShortLength && !IsNumber(value) && (value.Length >= LongLength || !IsPlain(value.Trim()));

    /// <summary>Whether the argument after a secret option is the next option instead of a value.</summary>
    public static bool IsOption(ReadOnlySpan<char> value, SecretStrength strength)
    {
        // "-----BEGIN" of a key, or a text with spaces.
        var name = value.IndexOf('=') is >= 0 and var assignment ? value[..assignment] : value;
        return value is ['-', ..] && !value.StartsWith("-----") && !name.ContainsAny(" \t\r\n")
            && (value.StartsWith("--") || value.Length < ShortLength || name.Length < value.Length
                || (strength != SecretStrength.Strong && !value.ContainsAnyInRange('0', '9')));
    }

    /// <summary>The length of a scheme such as "Bearer " at the start; 0 if there is none.</summary>
    public static int SchemeLength(ReadOnlySpan<char> value)
    {
        foreach (var scheme in Schemes)
        {
            if (value.Length > scheme.Length && value.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                return scheme.Length;
            }
        }

        return 0;
    }
}
