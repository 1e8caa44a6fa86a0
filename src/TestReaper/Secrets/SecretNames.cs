namespace TestReaper;

/// <summary>Decides by name alone what is a secret.</summary>
internal static class SecretNames
{
    private static readonly string[] WordEndings = ["TOKEN", "KEY", "PASSWD", "PWD", "CREDENTIAL", "CREDENTIALS"];
    private static readonly string[] Anywhere = ["PASSWORD", "SECRET", "PASSPHRASE"];

    // Names that end like secrets and hold none.
    private static readonly string[] Innocent = ["PWD", "OLDPWD"];

    /// <summary>Environment variables such as <c>HF_TOKEN</c>, <c>API_KEY</c>, <c>DB_PASSWORD</c>.</summary>
    public static bool IsSecretVariable(string name)
    {
        if (Innocent.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        return Anywhere.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
            || WordEndings.Any(word => EndsWithWord(name, word));
    }

    /// <summary>Options such as <c>--api-key</c>, <c>--hf-token</c>, <c>--password</c>, with one or two dashes.</summary>
    public static bool IsSecretOption(string argument) =>
        argument.StartsWith('-') && IsSecretVariable(argument.TrimStart('-').Replace('-', '_').Replace('.', '_'));

    /// <summary>A cheap look that spares most texts the search for options.</summary>
    public static bool MayContainOption(string text) =>
        text.Contains('-') && (Array.Exists(Anywhere, word => text.Contains(word, StringComparison.OrdinalIgnoreCase))
            || Array.Exists(WordEndings, word => text.Contains(word, StringComparison.OrdinalIgnoreCase)));

    // "TOKEN", "HF_TOKEN" and "apiKey", not "MONKEY".
    private static bool EndsWithWord(string name, string word)
    {
        if (!name.EndsWith(word, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var before = name.Length - word.Length - 1;
        return before < 0
            || name[before] is '_' or '-' or '.'
            || (char.IsLower(name[before]) && char.IsUpper(name[before + 1]))
            || name.EndsWith("api" + word, StringComparison.OrdinalIgnoreCase);
    }
}
