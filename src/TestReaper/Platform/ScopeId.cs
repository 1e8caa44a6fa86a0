using System.Buffers;
using System.Security.Cryptography;

namespace TestReaper.Platform;

/// <summary>One start of one server, named by a random id that every descendant inherits in TESTREAPER_SCOPE.</summary>
internal static class ScopeId
{
    public const string Variable = "TESTREAPER_SCOPE";

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    public static string New() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Whether text is an id as <see cref="New"/> makes them: anybody can write into a variable.</summary>
    public static bool IsScope(ReadOnlySpan<char> text) => text.Length == 16 && !text.ContainsAnyExcept(Digits);

    /// <summary>Scopes nest: a start inside a scope adds its own and never replaces.</summary>
    public static string Append(string? list, string scope) => string.IsNullOrEmpty(list) ? scope : $"{list}:{scope}";
}
