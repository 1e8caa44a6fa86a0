using System.Text.RegularExpressions;

namespace TestReaper.Secrets;

/// <summary>
/// Finds the secrets in the content of a configuration file: <c>api_key: x</c>, <c>"password": "x"</c>, <c>password = x</c>,
/// <c>requirepass x</c>, addresses with a password, and private keys.
/// </summary>
/// <remarks>
/// The format is not known, so each line is read for itself. After a name that is often an ordinary word, such as "key", a value must look
/// random.
/// </remarks>
internal static partial class FileSecrets
{
    /// <param name="content">The content of the file.</param>
    /// <param name="directory">The directory of the file. A path in it is not a secret, and many lines of output contain it.</param>
    public static IEnumerable<string> Find(string content, string directory) => content.Split('\n')
        .SelectMany(FindInLine)
        .Where(value => !IsPath(value, directory))
        .Concat(PrivateKey().Matches(content).Select(match => match.Value));

    private static IEnumerable<string> FindInLine(string line)
    {
        var found = new SecretScanner(line, isArgument: false).Find()
            .Select(secret => line[secret.Start..secret.End].Trim('"', '\'', '`'));
        var directive = Directive().Match(line.Trim());
        var value = WithoutEnd(directive.Groups["value"].Value).Trim('"', '\'');
        return SecretNames.Classify(directive.Groups["name"].ValueSpan) switch
        {
            SecretStrength.Strong when SecretValue.MayBeSecret(value) => found.Append(value),
            SecretStrength.Weak when SecretValue.MayBeSecret(value) && SecretValue.LooksRandom(value) => found.Append(value),
            _ => found,
        };
    }

    private static string WithoutEnd(string value) => value.EndsWith(';') ? value[..^1].TrimEnd() : value;

    private static bool IsPath(string value, string directory) =>
        value.StartsWith('/') && (value.StartsWith(directory, StringComparison.Ordinal) || Path.Exists(value));

    // Redis, nginx, HAProxy: a word, a space, and the value up to the end of the line. Spaces at the ends of the line are trimmed before:
    // a pattern that skips them on both sides of the value takes cubic time.
    [GeneratedRegex(@"^(?<name>[A-Za-z][A-Za-z0-9_.-]*)[ \t]+(?<value>[^\s=:].*)$", RegexOptions.CultureInvariant)]
    private static partial Regex Directive();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----.*?-----END", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex PrivateKey();
}
