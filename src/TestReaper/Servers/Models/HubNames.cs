using System.Text.RegularExpressions;

namespace TestReaper.Servers.Models;

/// <summary>Names and patterns of files of the hub, matched as the tool does: by fnmatch of Python (utils/_paths.py).</summary>
internal sealed class HubNames(IReadOnlyList<string> requested)
{
    private readonly (string Text, Regex Pattern)[] _requested = [.. requested.Select(text => (text, Translate(text)))];

    /// <summary>Whether the tool reads it as a pattern.</summary>
    public static bool IsPattern(string name) => name.AsSpan().ContainsAny("*?[") || name.EndsWith('/');

    /// <summary>The names that were requested; all of them if nothing was.</summary>
    public string[] Filter(IEnumerable<string> names) =>
        [.. names.Where(name => _requested.Length == 0 || Array.Exists(_requested, one => one.Pattern.IsMatch(name)))];

    /// <summary>What was requested and does not exist: a name, or all patterns together, empty for any file. Null if each exists.</summary>
    public string? FindMissing(IReadOnlyCollection<string> names) =>
        Array.Find(_requested, one => !IsPattern(one.Text) && !names.Contains(one.Text)).Text
        ?? (Filter(names).Length > 0 ? null : string.Join(", ", _requested.Select(one => one.Text)));

    private static Regex Translate(string pattern)
    {
        var text = new StringBuilder("^");
        pattern = pattern.EndsWith('/') ? pattern + "*" : pattern;
        for (var i = 0; i < pattern.Length; i++)
        {
            // The first character of a set may be the bracket that ends one elsewhere.
            var end = pattern[i] == '[' && i + 2 < pattern.Length ? pattern.IndexOf(']', i + (pattern[i + 1] == '!' ? 3 : 2)) : -1;
            if (end > 0)
            {
                text.Append(Set(pattern[(i + 1)..end]));
                i = end;
            }
            else
            {
                text.Append(pattern[i] switch
                {
                    '*' => ".*",
                    '?' => ".",
                    var other => Regex.Escape($"{other}"),
                });
            }
        }

        return new Regex(
            text.Append(@"\z").ToString(), RegexOptions.Singleline | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }

    private static string Set(string content)
    {
        var isNegated = content[0] == '!';
        var characters = (isNegated ? content[1..] : content)
            .Replace(@"\", @"\\", StringComparison.Ordinal).Replace("]", @"\]", StringComparison.Ordinal)
            .Replace("[", @"\[", StringComparison.Ordinal).Replace("^", @"\^", StringComparison.Ordinal);
        return $"[{(isNegated ? "^" : "")}{characters}]";
    }
}
