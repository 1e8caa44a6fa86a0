using System.Text.RegularExpressions;

namespace TestReaper.Servers.Causes;

// Constraint: a log has up to 100,000 lines, there are 250 patterns, and nearly every line matches none of them. One by one, they take
// about a millisecond for each line, and the search for a cause has two seconds.
//
// Scheme: the patterns form groups, and each group has one expression that matches at least the lines that any of its patterns matches. The
// engine without backtracking (RegexOptions.NonBacktracking) reads a line once for each group. Lines that the expression does not match are
// done. That engine knows no lookahead, and its states multiply with ".*" in many patterns. So negative lookaheads are left out, and what
// follows a ".*" as well. Both only make the expression match more. A pattern of which nothing is left then is tried for each line. The
// engine also limits the size of an expression; CauseLogTests reads all patterns.
//
// Invariant: the result is that of all patterns, one by one.
// https://learn.microsoft.com/dotnet/standard/base-types/regular-expression-options#nonbacktracking-mode

/// <summary>An ordered set of rules that finds the first one that matches a line.</summary>
internal sealed partial class CauseRuleSet
{
    private const int GroupSize = 20;
    private readonly List<CauseRule> _rules = [];
    private readonly Lazy<Group[]> _groups;

    public CauseRuleSet() => _groups = new(() => [.. _rules.Chunk(GroupSize).Select(CreateGroup)]);

    /// <summary>Not after the first search.</summary>
    public void Add(CauseRule rule) => _rules.Add(rule);

    /// <summary>The first rule that matches; null if none does.</summary>
    public CauseMatch? Match(OutputLine line)
    {
        foreach (var group in _groups.Value)
        {
            foreach (var rule in group.Filter?.IsMatch(line.Text) == true ? group.Rules : group.Unfiltered)
            {
                if (rule.Match(line) is { } match)
                {
                    return match;
                }
            }
        }

        return null;
    }

    /// <summary>The part of a pattern that the filter has; null if there is none. A pure function.</summary>
    internal static string? Approximate(string pattern)
    {
        var text = NegativeLookahead().Replace(pattern, "");
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\\':
                    i++;
                    break;
                case '[':
                    i = text.IndexOf(']', i + 2);
                    break;
                case '(':
                    depth++;
                    break;
                case ')':
                    depth--;
                    break;
                case '|' when depth == 0:
                    return HasUnknown(text) ? null : text;
                case '.' when depth == 0 && text[(i + 1)..].StartsWith('*'):
                    return i == 0 || HasUnknown(text[..i]) ? null : text[..i];
                default:
                    break;
            }
        }

        return HasUnknown(text) ? null : text;
    }

    private static bool HasUnknown(string text) =>
        text.Contains(".*", StringComparison.Ordinal)
        || text.Contains("(?=", StringComparison.Ordinal)
        || text.Contains("(?!", StringComparison.Ordinal)
        || text.Contains("(?<=", StringComparison.Ordinal)
        || text.Contains("(?<!", StringComparison.Ordinal);

    private static Group CreateGroup(CauseRule[] rules)
    {
        const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
        string[] parts = [.. rules.Select(rule => Approximate(rule.Pattern)).OfType<string>().Select(part => $"(?:{part})")];
        return new Group(
            parts.Length == 0 ? null : new Regex(string.Join('|', parts), Options),
            rules,
            [.. rules.Where(rule => Approximate(rule.Pattern) is null)]);
    }

    // One with at most one level of groups inside.
    [GeneratedRegex(@"\(\?!(?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)", RegexOptions.CultureInvariant)]
    private static partial Regex NegativeLookahead();

    /// <param name="Filter">Matches what any rule matches, without the unfiltered ones; null if there are only these.</param>
    /// <param name="Rules">All rules of the group.</param>
    /// <param name="Unfiltered">Those of which the filter knows nothing.</param>
    private sealed record Group(Regex? Filter, CauseRule[] Rules, CauseRule[] Unfiltered);
}
