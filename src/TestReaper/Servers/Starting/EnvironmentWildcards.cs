using TestReaper.Platform;

namespace TestReaper.Servers.Starting;

/// <summary>
/// Keys of <see cref="ServerProcessOptions.Environment"/> that end in <c>*</c>. Their value is null, and they remove the inherited
/// variables whose names begin with the rest of the key.
/// </summary>
internal static class EnvironmentWildcards
{
    private const char Any = '*';

    /// <summary>Removes the inherited variables. Call it before the variables of the options are set: these win over a wildcard.</summary>
    /// <remarks>The scope stays: it is how an outer server's reap recognizes its tree.</remarks>
    public static void Apply(IReadOnlyDictionary<string, string?> options, Dictionary<string, string> inherited)
    {
        foreach (var prefix in options.Keys.Where(IsWildcard).Select(static key => key[..^1]))
        {
            foreach (var name in inherited.Keys.Where(name => name.StartsWith(prefix, EnvironmentNames.Comparison)).ToList())
            {
                if (name != ScopeId.Variable)
                {
                    inherited.Remove(name);
                }
            }
        }
    }

    /// <returns>What is wrong with a wildcard; null if all are usable.</returns>
    public static string? FindProblem(IReadOnlyDictionary<string, string?> options) =>
        options.Keys.FirstOrDefault(key => IsWildcard(key) && options[key] is not null) is { } key
            ? $"The environment variable '{key}' has a value. A name that ends in '*' only removes inherited variables: set it to null."
            : null;

    private static bool IsWildcard(string key) => key.EndsWith(Any);
}
