using System.Collections;

namespace TestReaper.Secrets;

/// <summary>The environment that children of this process inherit.</summary>
internal static class InheritedEnvironment
{
    public static Dictionary<string, string> Read()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            environment[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return environment;
    }
}
