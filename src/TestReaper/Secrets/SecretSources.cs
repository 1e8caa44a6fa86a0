namespace TestReaper.Secrets;

/// <summary>Finds the secrets in environments and arguments.</summary>
internal static class SecretSources
{
    /// <summary>The whole value of a secret variable; of other variables the secrets within, such as a password in an address.</summary>
    public static IEnumerable<string> FindInVariable(KeyValuePair<string, string> variable)
    {
        var (name, value) = (variable.Key, variable.Value);
        var within = Within(value, SecretStrength.Strong);

        // The path of a directory is not a secret, and many lines of output contain it.
        return SecretNames.Classify(name) == SecretStrength.None ? within
            : value.StartsWith('/') && Directory.Exists(value) ? []
            : within.Prepend(value);
    }

    public static IEnumerable<string> FindInArguments(IReadOnlyList<string> arguments) => arguments.SelectMany((argument, i) =>
    {
        var within = Within(argument, SecretStrength.Weak);
        return SecretStart(arguments, i) is >= 0 and var start && !UserPassword.EqualsUser(argument, start)
            ? within.Prepend(argument[start..])
            : within;
    });

    /// <summary>The index at which the secret in an argument starts, if the option before it announces one; else -1.</summary>
    public static int SecretStart(IReadOnlyList<string> arguments, int index)
    {
        if (index == 0 || arguments[index - 1].AsSpan().ContainsAny('=', ' '))
        {
            return -1;
        }

        var (option, value) = (arguments[index - 1], arguments[index]);
        return UserPassword.IsOption(option) ? UserPassword.Find(value) : IsSecret(option, value) ? 0 : -1;
    }

    private static bool IsSecret(string option, string value)
    {
        var strength = SecretNames.ClassifyOption(option);
        return strength == SecretStrength.None
            ? SecretNames.IsTokens(option) && SecretList.HoldsTokens(value)
            : SecretValue.MayBeSecret(value) && !SecretValue.IsOption(value, strength);
    }

    private static IEnumerable<string> Within(string text, SecretStrength least) =>
        new SecretScanner(text, isArgument: true).Find(least).Select(found => text[found.Start..found.End].Trim('"', '\'', '`'));
}
