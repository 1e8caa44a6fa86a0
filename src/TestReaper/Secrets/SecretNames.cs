namespace TestReaper.Secrets;

/// <summary>How certain it is that a name belongs to a secret.</summary>
internal enum SecretStrength
{
    None,

    /// <summary>A secret as a variable or an option. In prose it may be an ordinary word, as in "#new-token: 6".</summary>
    Weak,

    Strong,
}

/// <summary>Decides by the name alone whether a value is a secret.</summary>
internal static class SecretNames
{
    private static readonly string[] Anywhere =
    [
        "PASSWORD", "SECRET", "PASSPHRASE", "PRIVATE_KEY", "PRIVATE-KEY", "PRIVATEKEY",
        "CONNECTION_STRING", "CONNECTION-STRING", "CONNECTIONSTRING", "WEBHOOK", "AUTH_CONFIG",
    ];

    private static readonly string[] StrongEndings =
    [
        "PASSWD", "PWD", "PASSCODE", "CREDENTIAL", "CREDENTIALS", "CREDS", "AUTHORIZATION", "BEARER", "JWT", "PSK",
        "APIKEY", "APIKEYS", "API_KEY", "API-KEY", "API_KEYS", "API-KEYS", "ACCESSKEY", "ACCESS_KEY", "ACCESS-KEY", "ACCOUNTKEY",
        "AUTHTOKEN", "AUTH_TOKEN", "AUTH-TOKEN", "ACCESS_TOKEN", "ACCESS-TOKEN",
    ];

    private static readonly string[] WeakEndings = ["TOKEN", "KEY", "PASS", "PAT", "AUTH", "COOKIE"];
    private static readonly string[] Plurals = ["TOKENS", "KEYS"];

    // Written without a boundary before the last word: redis, postgres.
    private static readonly string[] Whole =
        ["requirepass", "masterauth", "masterpass", "sslpass", "dbpass", "userpass", "proxypass", "keypass", "storepass"];

    // "MAX_TOKENS" is a number, "stop-tokens" are words.
    private static readonly string[] Counting =
    [
        "MAX", "MIN", "NUM", "NEW", "TOTAL", "COUNT", "LIMIT", "STOP", "SPECIAL", "INPUT", "OUTPUT", "PROMPT", "BATCHED", "CACHED",
        "PREFILL", "DECODE", "GENERATED", "PER", "OF",
    ];

    /// <summary>Options such as <c>--api-key</c>, <c>--requirepass</c>, <c>--Service:ApiKey</c>, with one or two dashes.</summary>
    public static SecretStrength ClassifyOption(ReadOnlySpan<char> argument) =>
        argument is ['-', ..] ? Classify(argument[(argument.LastIndexOfAny(':', '.') + 1)..]) : SecretStrength.None;

    /// <summary>A parameter of a URL whose signature gives access, such as <c>sig</c> of Azure. Elsewhere it is not secret.</summary>
    public static bool IsSignature(ReadOnlySpan<char> parameter) =>
        EqualsWord(parameter, "sig") || EndsWithWord(parameter, "signature");

    /// <summary>The option <c>--tokens</c>. Its value decides whether they are secrets.</summary>
    public static bool IsTokens(ReadOnlySpan<char> argument) =>
        argument is ['-', ..] && EqualsWord(argument.TrimStart('-'), "tokens");

    /// <summary>Variables such as <c>HF_TOKEN</c>, <c>API_KEYS</c>, <c>DB_PASSWORD</c>. Takes linear time, also for a long name.</summary>
    public static SecretStrength Classify(ReadOnlySpan<char> name)
    {
        name = name.TrimStart('-');
        // The shell's directories; "Pwd" is a password in a connection string.
        if (name.Length < 3 || name is "PWD" or "OLDPWD")
        {
            return SecretStrength.None;
        }

        if (name.MatchesAny(Anywhere, ContainsWord) || name.MatchesAny(StrongEndings, EndsWithWord) || name.MatchesAny(Whole, EqualsWord))
        {
            return SecretStrength.Strong;
        }

        return name.MatchesAny(WeakEndings, EndsWithWord) || (name.MatchesAny(Plurals, EndsWithWord) && IsQualified(name))
            ? SecretStrength.Weak
            : SecretStrength.None;
    }

    public static bool MatchesAny(this ReadOnlySpan<char> name, string[] words, WordTest test)
    {
        foreach (var word in words)
        {
            if (test(name, word))
            {
                return true;
            }
        }

        return false;
    }

    public static bool EqualsWord(ReadOnlySpan<char> name, string word) => name.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static bool ContainsWord(ReadOnlySpan<char> name, string word) => name.Contains(word, StringComparison.OrdinalIgnoreCase);

    // A plural needs a word before it that does not count something.
    private static bool IsQualified(ReadOnlySpan<char> name)
    {
        var before = name[..Math.Max(name.LastIndexOfAny('_', '-'), 0)];
        return before.Length > 0
            && Array.TrueForAll(before.ToString().Split('_', '-'), word => !Counting.Contains(word, StringComparer.OrdinalIgnoreCase));
    }

    // "TOKEN", "HF_TOKEN" and "apiKey", not "MONKEY".
    private static bool EndsWithWord(ReadOnlySpan<char> name, string word)
    {
        if (!name.EndsWith(word, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var before = name.Length - word.Length - 1;
        return before < 0
            || name[before] is '_' or '-' or '.'
            || (char.IsLower(name[before]) && char.IsUpper(name[before + 1]));
    }

    internal delegate bool WordTest(ReadOnlySpan<char> name, string word);
}
