namespace TestReaper.Secrets;

/// <summary>Finds the secrets in environments and arguments.</summary>
internal static class SecretSources
{
    /// <summary>The whole value of a secret variable; of other variables the secrets within, such as a password in an address.</summary>
    public static IEnumerable<string> FindInVariable(KeyValuePair<string, string> variable)
    {
        var (name, value) = (variable.Key, variable.Value);
        if (SecretNames.IsSecretVariable(name))
        {
            // The path of a directory is not a secret, and many lines of output contain it.
            return IsDirectory(value) ? [] : [value, .. Within(value, SecretStrength.Strong)];
        }

        return Within(value, SecretStrength.Strong);
    }

    public static IEnumerable<string> FindInArguments(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            if (IsValueAt(arguments, i))
            {
                yield return arguments[i];
            }

            foreach (var secret in Within(arguments[i], SecretStrength.Weak))
            {
                yield return secret;
            }
        }
    }

    /// <summary>Whether an argument is the value of the secret option before it.</summary>
    public static bool IsValueAt(IReadOnlyList<string> arguments, int index)
    {
        if (index == 0 || arguments[index - 1].AsSpan().ContainsAny('=', ' ') || !SecretNames.IsSecretOption(arguments[index - 1]))
        {
            return false;
        }

        var strength = SecretNames.Classify(SecretNames.LastPart(arguments[index - 1]));
        return SecretValue.MayBeSecret(arguments[index]) && !SecretValue.IsOption(arguments[index], strength);
    }

    private static IEnumerable<string> Within(string text, SecretStrength least) =>
        new SecretScanner(text, isArgument: true).Find(least).Select(found => text[found.Start..found.End].Trim('"', '\'', '`'));

    private static bool IsDirectory(string value) => value.StartsWith('/') && Directory.Exists(value);
}
