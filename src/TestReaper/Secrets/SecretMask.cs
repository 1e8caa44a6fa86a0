namespace TestReaper.Secrets;

/// <summary>
/// Replaces secrets by <c>***</c> in everything that leaves this library: logs, messages, command lines. It knows the secrets in the
/// environment and arguments of one tree, in all forms in which a program may write them. It finds unknown secrets by the name before
/// them.
/// </summary>
internal sealed class SecretMask
{
    private const string Stars = "***";
    private readonly HashSet<string> _secrets;
    private readonly Lazy<string[]> _values;
    private readonly string[] _words;

    private SecretMask(IEnumerable<string> secrets)
    {
        _secrets = [.. secrets.SelectMany(SecretParts.Enumerate).Where(secret => SecretValue.MayBeSecret(secret))];

        // Longest first: one secret may contain another. A short one, or a number, is masked only as a whole word.
        _values = new(() =>
            [.. _secrets.Where(IsMaskedAnywhere).SelectMany(SecretForms.Enumerate).Distinct().OrderByDescending(value => value.Length)]);
        _words = [.. _secrets.Where(secret =>
            !IsMaskedAnywhere(secret) && (secret.Length >= SecretValue.ShortLength || !SecretValue.IsPlain(secret)))];
    }

    /// <summary>The texts that are replaced wherever they occur: the secrets, but for short ones and numbers, in all their forms.</summary>
    public IReadOnlyList<string> Texts => _values.Value;

    /// <summary>These, and short ones and numbers from four characters on: in binary data it does no harm to mask too much.</summary>
    public IEnumerable<string> AllTexts => _values.Value.Concat(_words.Where(static word => word.Length >= 4));

    public int LongestSecret => _values.Value is [var longest, ..] ? longest.Length : 0;

    /// <summary>A mask for the secrets in the environment of this process.</summary>
    public static SecretMask OfThisProcess() => For([], InheritedEnvironment.Read());

    /// <summary>A mask for the secrets in a server's arguments and environment, including what it inherits, and for others.</summary>
    public static SecretMask For(
        IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, IEnumerable<string>? others = null) => new(
        environment.SelectMany(SecretSources.FindInVariable)
            .Concat(SecretSources.FindInArguments([.. arguments]))
            .Concat(others ?? []));

    /// <summary>A mask for the secrets of both.</summary>
    public SecretMask With(SecretMask other) =>
        other._secrets.IsSubsetOf(_secrets) ? this : new SecretMask(_secrets.Concat(other._secrets));

    public string Mask(string text) => Mask(text, isArgument: false);

    /// <summary>Masks arguments one by one, so that a value of several words is masked as a whole, and joins them with spaces.</summary>
    public string MaskArguments(IReadOnlyList<string> arguments)
    {
        var masked = arguments.Select(
            (argument, i) => SecretSources.SecretStart(arguments, i) is >= 0 and var start
                ? Mask(argument[..start], isArgument: true) + Stars
                : Mask(argument, isArgument: true));

        // Once more as a whole: a program may have joined its arguments.
        return Mask(string.Join(' ', masked));
    }

    /// <summary>The exception itself if it contains no secret, else a replacement with masked texts.</summary>
    public Exception Mask(Exception error)
    {
        var text = error.ToString();
        var masked = Mask(text);
        return masked == text
            ? error
            : new MaskedException(
                Mask(error.Message),
                masked,
                Mask(error.StackTrace ?? ""),
                error.InnerException is null ? null : Mask(error.InnerException));
    }

    /// <summary>The masked message, after the name of the type if <see cref="Mask(Exception)"/> replaces the exception.</summary>
    public string Describe(Exception error) =>
        Mask(error) is MaskedException masked && masked != error ? $"{error.GetType()}: {masked.Message}" : error.Message;

    /// <summary>The last index up to <paramref name="position"/> at which text can be cut without splitting a secret.</summary>
    public int SafeCut(string text, int position)
    {
        foreach (var value in _values.Value)
        {
            var start = text.IndexOf(value, Math.Max(0, position - value.Length + 1), StringComparison.Ordinal);
            if (start >= 0 && start < position)
            {
                position = start;
            }
        }

        return position;
    }

    /// <summary>Masks text that may continue: an end that can be the beginning of a secret is masked as well.</summary>
    public string MaskUnfinished(string text)
    {
        const int Shortest = 3;
        var open = 0;
        foreach (var value in _values.Value)
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

    private static bool IsMaskedAnywhere(string secret) => secret.Length >= SecretValue.ShortLength && !SecretValue.IsNumber(secret);

    private string Mask(string text, bool isArgument)
    {
        foreach (var value in _values.Value)
        {
            text = text.Replace(value, Stars, StringComparison.Ordinal);
        }

        foreach (var word in _words)
        {
            text = ReplaceWord(text, word);
        }

        return Replace(text, new SecretScanner(text, isArgument, _secrets.Contains).Find());
    }

    private static string Replace(string text, IReadOnlyList<(int Start, int End)> found)
    {
        if (found.Count == 0)
        {
            return text;
        }

        var (masked, position) = (new StringBuilder(text.Length), 0);
        foreach (var (start, end) in found)
        {
            masked.Append(text, position, start - position).Append(Stars);
            position = end;
        }

        return masked.Append(text, position, text.Length - position).ToString();
    }

    private static string ReplaceWord(string text, string word)
    {
        List<(int Start, int End)>? found = null;
        int i;
        for (var from = 0; (i = text.IndexOf(word, from, StringComparison.Ordinal)) >= 0; from = i + word.Length)
        {
            if ((i == 0 || !IsWord(text[i - 1])) && (i + word.Length == text.Length || !IsWord(text[i + word.Length])))
            {
                (found ??= []).Add((i, i + word.Length));
            }
        }

        return found is null ? text : Replace(text, found);
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';
}

/// <summary>Replaces an exception whose texts contain a secret. Test frameworks print each inner exception, so all are replaced.</summary>
internal sealed class MaskedException(string message, string text, string stackTrace, Exception? inner) : Exception(message, inner)
{
    public override string StackTrace => stackTrace;

    public override string ToString() => text;
}
