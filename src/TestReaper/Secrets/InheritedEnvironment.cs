using System.Collections;

namespace TestReaper.Secrets;

/// <summary>The environment that children of this process inherit.</summary>
internal static class InheritedEnvironment
{
    public static Dictionary<string, string> Read() => Environment.GetEnvironmentVariables()
        .Cast<DictionaryEntry>()
        .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
}
