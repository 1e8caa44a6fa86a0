namespace TestReaper.Secrets;

/// <summary>The elements of a list of secrets: <c>["a", "b"]</c> or <c>a,b</c>.</summary>
internal static class SecretList
{
    private const int TokenLength = 8;

    public static IEnumerable<string> Elements(string value)
    {
        if (value is ['[', '"' or '\'', .., ']'])
        {
            return value[1..^1].Split(',').Select(element => element.Trim().Trim('"', '\''));
        }

        // Without quotes, a comma may be part of a password.
        var elements = value.Contains(',') ? value.Split(',', StringSplitOptions.TrimEntries) : [];
        return Array.TrueForAll(elements, element => IsPlainToken(element)) ? elements : [];
    }

    /// <summary>Whether a list of "tokens" contains keys. The tokens of a language model are words and signs.</summary>
    public static bool HoldsTokens(string value) => value is ['[', ..] && Elements(value).Any(element =>
        element.Length >= TokenLength && IsPlainToken(element) && element.AsSpan().ContainsAnyInRange('0', '9'));

    private static bool IsPlainToken(ReadOnlySpan<char> element) =>
        SecretValue.LooksRandom(element) && SecretValue.HasTokenCharactersOnly(element);
}
