namespace TestReaper.Platform;

/// <summary>The environment of a helper program: only what it needs to be found and to run, and no secret of this process.</summary>
internal static class HelperEnvironment
{
    private static readonly string[] Inherited = ["PATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR", "SystemRoot", "TEMP"];

    /// <summary>The inherited variables that are set, and further ones.</summary>
    public static IReadOnlyDictionary<string, string> With(params (string Name, string Value)[] others)
    {
        var environment = others.ToDictionary(other => other.Name, other => other.Value);
        foreach (var name in Inherited)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                environment.TryAdd(name, value);
            }
        }

        return environment;
    }
}
