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

    /// <summary>Environment variables such as <c>HF_TOKEN</c>, <c>API_KEYS</c>, <c>DB_PASSWORD</c>.</summary>
    public static bool IsSecretVariable(string name) => Classify(name) != SecretStrength.None;

    /// <summary>Options such as <c>--api-key</c>, <c>--requirepass</c>, <c>--Service:ApiKey</c>, with one or two dashes.</summary>
    public static bool IsSecretOption(string argument) => argument.StartsWith('-') && Classify(LastPart(argument)) != SecretStrength.None;

    /// <summary>Of "--Service:ApiKey", "/p:Password" and "auth.password", the last part.</summary>
    public static ReadOnlySpan<char> LastPart(ReadOnlySpan<char> name) => name[(name.LastIndexOfAny(':', '.') + 1)..];

    /// <summary>Takes linear time, also for a name of any length.</summary>
    public static SecretStrength Classify(ReadOnlySpan<char> name)
    {
        name = name.TrimStart('-');
        // The shell's directories; "Pwd" is a password in a connection string.
        if (name.Length < 3 || name is "PWD" or "OLDPWD")
        {
            return SecretStrength.None;
        }

        if (ContainsAny(name, Anywhere) || EndsWithAny(name, StrongEndings) || Contains(Whole, name))
        {
            return SecretStrength.Strong;
        }

        return EndsWithAny(name, WeakEndings) || (EndsWithAny(name, Plurals) && IsQualified(name))
            ? SecretStrength.Weak
            : SecretStrength.None;
    }

    private static bool Contains(string[] names, ReadOnlySpan<char> name)
    {
        foreach (var one in names)
        {
            if (name.Equals(one, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool ContainsAny(ReadOnlySpan<char> name, string[] words)
    {
        foreach (var word in words)
        {
            if (name.Contains(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    // A plural needs a word before it that does not count something.
    private static bool IsQualified(ReadOnlySpan<char> name)
    {
        var before = name[..name.LastIndexOfAny('_', '-').Clamp()];
        return before.Length > 0
            && Array.TrueForAll(before.ToString().Split('_', '-'), word => !Counting.Contains(word, StringComparer.OrdinalIgnoreCase));
    }

    private static int Clamp(this int index) => Math.Max(index, 0);

    private static bool EndsWithAny(ReadOnlySpan<char> name, string[] words)
    {
        foreach (var word in words)
        {
            if (EndsWithWord(name, word))
            {
                return true;
            }
        }

        return false;
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
}
