using System.Security.Cryptography;

namespace TestReaper.Processes;

/// <summary>One start of one server, named by a random id that every descendant inherits in TESTREAPER_SCOPE.</summary>
internal static class ScopeId
{
    public const string Variable = "TESTREAPER_SCOPE";

    public static string New() => RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>Scopes nest: a start inside a scope adds its own and never replaces.</summary>
    public static string Append(string? list, string scope) => string.IsNullOrEmpty(list) ? scope : $"{list}:{scope}";
}
