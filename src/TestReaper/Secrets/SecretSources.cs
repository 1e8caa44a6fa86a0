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
        return !SecretNames.IsSecretVariable(name) ? within : IsDirectory(value) ? [] : within.Prepend(value);
    }

    public static IEnumerable<string> FindInArguments(IReadOnlyList<string> arguments) => arguments.SelectMany((argument, i) =>
    {
        var within = Within(argument, SecretStrength.Weak);
        return IsValueAt(arguments, i) ? within.Prepend(argument) : within;
    });

    /// <summary>Whether an argument is the value of the secret option before it.</summary>
    public static bool IsValueAt(IReadOnlyList<string> arguments, int index)
    {
        if (index == 0 || arguments[index - 1].AsSpan().ContainsAny('=', ' '))
        {
            return false;
        }

        var (value, strength) = (arguments[index], SecretNames.ClassifyOption(arguments[index - 1]));
        return strength != SecretStrength.None && SecretValue.MayBeSecret(value) && !SecretValue.IsOption(value, strength);
    }

    private static IEnumerable<string> Within(string text, SecretStrength least) =>
        new SecretScanner(text, isArgument: true).Find(least).Select(found => text[found.Start..found.End].Trim('"', '\'', '`'));

    private static bool IsDirectory(string value) => value.StartsWith('/') && Directory.Exists(value);
}
