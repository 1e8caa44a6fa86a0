using System.Text.RegularExpressions;

namespace TestReaper;

/// <summary>Replaces secrets by <c>***</c> in everything that leaves this library: logs, messages, command lines.</summary>
internal sealed partial class SecretMask
{
    private const string Stars = "***";

    // A switch or a count is no secret, whatever its variable is called; masking it would mangle every line.
    private static readonly string[] Harmless = ["true", "false", "yes", "no", "on", "off", "none", "null", "auto"];
    private readonly string[] _values;
    private readonly Regex? _short;

    private SecretMask(IEnumerable<string> values)
    {
        string[] distinct = [.. values.SelectMany(Lines)
            .Where(value => value.Length > 1 && !Harmless.Contains(value, StringComparer.OrdinalIgnoreCase)).Distinct()];

        // Longest first: one secret may contain another.
        _values = [.. distinct.Where(value => value.Length >= 4).OrderByDescending(value => value.Length)];

        // A short one is masked where it stands alone.
        var shortOnes = distinct.Where(value => value.Length < 4).Select(Regex.Escape).ToArray();
        _short = shortOnes.Length == 0 ? null : new Regex($@"(?<![\w])({string.Join('|', shortOnes)})(?![\w])", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    }

    /// <summary>The length of the longest secret.</summary>
    public int LongestSecret => _values.Length == 0 ? 0 : _values[0].Length;

    /// <summary>Knows the secrets of this process's own environment.</summary>
    public static SecretMask OfThisProcess() => For([], InheritedEnvironment.Read());

    /// <summary>Knows the secrets in a server's environment, including what it inherits, and in its arguments.</summary>
    public static SecretMask For(IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment) => new(
        environment.Where(variable => SecretNames.IsSecretVariable(variable.Key)).Select(variable => variable.Value)
            .Concat(SecretArguments([.. arguments])));

    public string Mask(string text)
    {
        try
        {
            return MaskAll(text);
        }
        catch (RegexMatchTimeoutException)
        {
            // Whatever is in it: reading must go on, and nothing may slip through.
            return Stars;
        }
    }

    private string MaskAll(string text)
    {
        foreach (var value in _values)
        {
            text = text.Replace(value, Stars, StringComparison.Ordinal);
        }

        if (_short is not null)
        {
            text = _short.Replace(text, Stars);
        }

        // Also what we were never told: the arguments of processes that the server started by itself.
        if (SecretNames.MayContainOption(text))
        {
            text = SecretOptions().Replace(text, MaskOption);
        }

        return text.Contains("://", StringComparison.Ordinal) ? UserInfo().Replace(text, "$1" + Stars + "@") : text;
    }

    /// <summary>Where text can be cut at or before <paramref name="position"/> without cutting a secret in two.</summary>
    public int SafeCut(string text, int position)
    {
        foreach (var value in _values)
        {
            var start = text.IndexOf(value, Math.Max(0, position - value.Length + 1), StringComparison.Ordinal);
            if (start >= 0 && start < position)
            {
                position = start;
            }
        }

        return position;
    }

    /// <summary>Masks text that may go on: an end that can be the beginning of a secret is hidden, too.</summary>
    public string MaskUnfinished(string text)
    {
        const int Shortest = 3;
        var open = 0;
        foreach (var value in _values)
        {
            var length = Math.Min(value.Length - 1, text.Length);
            while (length >= Math.Max(Shortest, open + 1) && !text.AsSpan().EndsWith(value.AsSpan(0, length), StringComparison.Ordinal))
            {
                length--;
            }

            open = length >= Math.Max(Shortest, open + 1) ? length : open;
        }

        return open == 0 ? Mask(text) : Mask(text[..^open]) + Stars;
    }

    // Output is masked line by line. The short lines of a long secret are brackets and the like.
    private static IEnumerable<string> Lines(string secret)
    {
        var text = secret.Trim();
        return text.Contains('\n') ? text.Split('\n').Select(line => line.Trim()).Where(line => line.Length >= 8) : [text];
    }

    private static string MaskOption(Match match) =>
        SecretNames.IsSecretOption(match.Groups["option"].Value) ? match.Groups["option"].Value + match.Groups["separator"].Value + Stars : match.Value;

    private static IEnumerable<string> SecretArguments(string[] arguments)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            var equals = arguments[i].IndexOf('=');
            if (equals > 0)
            {
                var name = arguments[i][..equals];
                if (SecretNames.IsSecretOption(name) || (!name.StartsWith('-') && SecretNames.IsSecretVariable(name)))
                {
                    yield return arguments[i][(equals + 1)..];
                }
            }
            else if (i + 1 < arguments.Length && SecretNames.IsSecretOption(arguments[i]))
            {
                yield return arguments[i + 1];
            }

            // A command line in one argument, as for "sh -c".
            foreach (var match in SecretOptions().Matches(arguments[i]).Concat(Assignments().Matches(arguments[i])))
            {
                var value = match.Groups["value"].Value.Trim('"', '\'');
                if (!value.StartsWith('$') && (SecretNames.IsSecretOption(match.Groups["option"].Value) || SecretNames.IsSecretVariable(match.Groups["name"].Value)))
                {
                    yield return value;
                }
            }
        }
    }

    [GeneratedRegex(@"(?<=^|\s)(?<option>--?[A-Za-z][\w.-]*)(?<separator>=|\s+)(?<value>""[^""]*""|[^\s-]\S*)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SecretOptions();

    // NAME=value before a command.
    [GeneratedRegex(@"(?<=^|\s)(?<name>[A-Za-z_]\w*)=(?<value>""[^""]*""|'[^']*'|\S+)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Assignments();

    // The password in scheme://user:password@host.
    [GeneratedRegex(@"(://[^\s/:@]*:)[^\s/]+@", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UserInfo();
}
