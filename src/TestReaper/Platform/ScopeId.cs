using System.Buffers;
using System.Security.Cryptography;

namespace TestReaper.Platform;

/// <summary>One start of one server, named by a random id that every descendant inherits in TESTREAPER_SCOPE.</summary>
internal static class ScopeId
{
    public const string Variable = "TESTREAPER_SCOPE";

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static string New() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Whether text has the form of an id: any program can write into the variable.</summary>
    public static bool IsScope(ReadOnlySpan<char> text) => text.Length == 16 && !text.ContainsAnyExcept(Digits);

    /// <summary>Adds a scope to the list of those that a process inherited. Scopes nest.</summary>
    public static string Append(string? list, string scope) => string.IsNullOrEmpty(list) ? scope : $"{list}:{scope}";
}
