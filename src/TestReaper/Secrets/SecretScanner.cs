namespace TestReaper.Secrets;

/// <summary>
/// Finds secrets in a text by what precedes them: an option, a variable, a header, a query, a JSON name, a connection string, or the user
/// and password of an address. One pass without a regular expression reads each character a bounded number of times.
/// </summary>
/// <param name="text">A line, a command line or a single argument.</param>
/// <param name="isArgument">Whether the text is one argument, so that a value with spaces ends where the text does.</param>
/// <param name="isKnown">Whether a value is known to be a secret: then its form does not matter.</param>
internal sealed class SecretScanner(string text, bool isArgument, Func<string, bool>? isKnown = null)
{
    private readonly List<(int Start, int End)> _found = [];

    // The start of the last run without spaces and quotes.
    private int _word;

    /// <summary>Finds the secrets, in order and without overlap.</summary>
    /// <param name="least">The weakest strength of a name that counts.</param>
    public IReadOnlyList<(int Start, int End)> Find(SecretStrength least = SecretStrength.Weak)
    {
        for (var i = 0; i < text.Length;)
        {
            var character = text[i];
            if (IsNameCharacter(character))
            {
                var end = EndOf(i, IsNameCharacter);
                i = FindValue(i, end, least) ?? end;
                continue;
            }

            if (character is ':' or '%' && AddressSecrets.Find(text, i, _found) is { } next)
            {
                i = next;
                continue;
            }

            i++;
            _word = char.IsWhiteSpace(character) || IsQuote(character) ? i : _word;
        }

        return _found;
    }

    private static bool IsNameCharacter(char character) => char.IsAsciiLetterOrDigit(character) || character is '_' or '-';

    private static bool IsQuote(char character) => character is '"' or '\'' or '`';

    private char At(int index) => index >= 0 && index < text.Length ? text[index] : '\0';

    /// <returns>The index after the secret; null if there is none.</returns>
    private int? FindValue(int start, int end, SecretStrength least)
    {
        var name = text.AsSpan(start, end - start);
        var isQuoted = (At(end) == '\\' && IsQuote(At(end + 1))) || (IsQuote(At(end)) && IsQuote(At(start - 1)));
        var afterName = !isQuoted ? end : At(end) == '\\' ? end + 2 : end + 1;
        var separator = SkipSpaces(afterName);
        var (kind, value) = At(separator) switch
        {
            '=' when At(separator + 1) is not ('=' or '>') => ('=', separator == afterName ? separator + 1 : SkipSpaces(separator + 1)),
            ':' when At(separator + 1) is not (':' or '/') => (':', SkipSpaces(separator + 1)),
            '>' when At(start - 1) == '<' && separator == end => (':', separator + 1),
            _ when separator > afterName && !isQuoted => (' ', separator),
            _ => ('\0', 0),
        };
        if (kind == '\0' || value >= text.Length)
        {
            return null;
        }

        if (kind == ' ' && name.Equals("bearer", StringComparison.OrdinalIgnoreCase))
        {
            var bearerEnd = WordEnd(value);
            return SecretValue.LooksRandom(text.AsSpan(value, bearerEnd - value)) ? Add(value, bearerEnd) : null;
        }

        var isOption = At(_word) == '-';
        if (kind == ' ' && !isOption)
        {
            return null;
        }

        if (kind != ':' && isOption && UserPassword.IsOption(name))
        {
            return FindUser(start, value, kind);
        }

        var strength = IsParameter(start) && SecretNames.IsSignature(name) ? SecretStrength.Strong : SecretNames.Classify(name);
        return strength < least || strength == SecretStrength.None ? null : FindValue(start, value, kind, strength, isOption, isQuoted);
    }

    private int? FindValue(int start, int value, char kind, SecretStrength strength, bool isOption, bool isQuoted)
    {
        var (from, to, next) = Bounds(start, value, kind, isOption);
        var content = text.AsSpan(from, to - from);
        if (kind == ':' && SecretValue.SchemeLength(text.AsSpan(from)) is > 0 and var scheme)
        {
            // "Authorization: Bearer x": the scheme is not secret, and a space follows it.
            return Add(from + scheme, isArgument ? text.Length : Math.Max(to, WordEnd(from + scheme)));
        }

        if (kind == ' ' && SecretValue.IsOption(content, strength))
        {
            return null;
        }

        var isGiven = isOption || IsAssignment(start, kind);
        if (!SecretValue.MayBeSecret(content)
            || (isKnown?.Invoke(content.ToString()) != true && !MayMask(content, start, kind, strength, isGiven, isQuoted)))
        {
            return null;
        }

        // Quotes of JSON stay. Quotes around the value of an option are masked with it, as a shell removes them.
        return kind == ':' ? Add(from, to, next) : Add(value, next);
    }

    // "HF_TOKEN=x", which a shell or a program reads; "next_token=x" in a line of output is prose.
    private bool IsAssignment(int start, char kind) =>
        kind == '=' && (isArgument
            ? start == _word || At(start - 1) is '.' or ':'
            : start == _word && char.IsAsciiLetterUpper(text[start]) && !char.IsAsciiLetterLower(At(start + 1)));

    // Of a URL.
    private bool IsParameter(int start) => At(start - 1) is '?' or '&';

    private bool MayMask(ReadOnlySpan<char> content, int start, char kind, SecretStrength strength, bool isGiven, bool isQuoted)
    {
        if (isGiven || IsParameter(start))
        {
            return true;
        }

        // Prose: "password: try again", "token usage: 0.5", "key=5".
        return strength == SecretStrength.Strong
            ? kind == '=' || isQuoted || content.Length >= SecretValue.ShortLength || !SecretValue.IsPlain(content)
            : SecretValue.LooksRandom(content);
    }

    /// <summary>The bounds of the value without its quotes, and the index after it.</summary>
    private (int From, int To, int Next) Bounds(int start, int value, char kind, bool isOption)
    {
        if (At(value) == '\\' && IsQuote(At(value + 1)))
        {
            var closing = text.IndexOf("\\" + text[value + 1], value + 2, StringComparison.Ordinal);
            return closing < 0 ? (value + 2, text.Length, text.Length) : (value + 2, closing, closing + 2);
        }

        if (IsQuote(At(value)))
        {
            var closing = ClosingQuote(value);
            return (value + 1, closing, Math.Min(closing + 1, text.Length));
        }

        if (At(value) == '[' && kind == ':')
        {
            var closing = text.IndexOf(']', value);
            return closing < 0 ? (value + 1, text.Length, text.Length) : (value + 1, closing, closing);
        }

        var before = At(start - 1);
        var end = SpacedValue.End(text, value, isOption);
        var opening = At(_word - 1);
        end = EndOf(end, character => !Ends(character, kind, before, opening, isOption || start == _word || before == '.'));
        return (value, end, end);
    }

    private bool Ends(char character, char kind, char before, char opening, bool isWord) =>
        (IsQuote(opening) && character == opening)
        || (before == ';' ? character is ';' or '"' || (!isArgument && char.IsWhiteSpace(character))
            : char.IsWhiteSpace(character)
                || (before is '?' or '&' ? character is '&' or '#' or '"' or '\'' or '<' or '>'
                    : (kind == ':' || !isWord) && kind != ' '
                        && character is ',' or ';' or '"' or '\'' or '}' or ']' or ')' or '&' or '<'));

    private int? FindUser(int start, int value, char kind)
    {
        // Before the search for the end of such a value, which reads up to the end of the text each time.
        if (At(value) is '-' or '[')
        {
            return null;
        }

        var (from, to, next) = Bounds(start, value, kind, isOption: true);
        return UserPassword.Find(text.AsSpan(from, to - from)) is >= 0 and var password ? Add(from + password, to, next) : null;
    }

    private int ClosingQuote(int opening)
    {
        for (var i = opening + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && text[opening] != '\'')
            {
                i++;
            }
            else if (text[i] == text[opening])
            {
                return i;
            }
        }

        return text.Length;
    }

    private int SkipSpaces(int index) => EndOf(index, static character => character is ' ' or '\t');

    private int WordEnd(int index) => EndOf(index, static character => !char.IsWhiteSpace(character) && !IsQuote(character));

    /// <summary>The index after the characters that belong to a run.</summary>
    private int EndOf(int index, Func<char, bool> belongs)
    {
        while (index < text.Length && belongs(text[index]))
        {
            index++;
        }

        return index;
    }

    private int? Add(int from, int to, int? next = null)
    {
        if (to <= from)
        {
            return null;
        }

        _found.Add((from, to));
        return next ?? to;
    }
}
