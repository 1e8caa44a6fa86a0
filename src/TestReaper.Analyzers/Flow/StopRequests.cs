using System;
using System.Linq;

namespace TestReaper.Analyzers.Flow;

/// <summary>Recognizes texts that ask a server to stop, such as "--shutdown", "/quit;" and "stopServer".</summary>
/// <remarks>Not a regular expression: the first one in a build costs more CPU time than several rules.</remarks>
internal static class StopRequests
{
    private static readonly string[] Verbs = ["shutdown", "stop", "quit"];

    public static bool Contain(string text) => Verbs.Any(verb => ContainsVerb(text, verb));

    private static bool ContainsVerb(string text, string verb)
    {
        for (var i = Find(text, verb, 0); i >= 0; i = Find(text, verb, i + 1))
        {
            if (IsStart(text, i) && (IsEnd(text, i + verb.Length) || IsEndAfter(text, i + verb.Length, "Server", "All")))
            {
                return true;
            }
        }

        return false;
    }

    private static int Find(string text, string verb, int start) => text.IndexOf(verb, start, StringComparison.OrdinalIgnoreCase);

    // Up to two dashes may stand before the verb.
    private static bool IsStart(string text, int index)
    {
        var first = index;
        while (first > 0 && index - first < 2 && text[first - 1] == '-')
        {
            first--;
        }

        return first == 0 || text[first - 1] is '/' or '.' or '"' or '\'' or '(' || char.IsWhiteSpace(text[first - 1]);
    }

    private static bool IsEndAfter(string text, int index, params string[] objects) => objects.Any(name =>
        string.Compare(text, index, name, 0, name.Length, StringComparison.OrdinalIgnoreCase) == 0 && IsEnd(text, index + name.Length));

    private static bool IsEnd(string text, int index) =>
        index == text.Length || text[index] is '"' or '\'' or '(' or ')' or ';' || char.IsWhiteSpace(text[index]);
}
