using TestReaper.Platform;

namespace TestReaper.Servers;

/// <summary><c>TESTREAPER_KEEP=onfailure|always</c>: leaves servers running, for debugging. Refused on a CI machine.</summary>
internal static class KeepPolicy
{
    private const string Variable = "TESTREAPER_KEEP";

    public static bool KeepsFailures(ILogger logger) => Read(logger) is "onfailure" or "always";

    public static bool KeepsAll(ILogger logger) => Read(logger) is "always";

    /// <summary>Leaves a server running and logs how to stop it.</summary>
    public static void Keep(ServerLifetime run, ILogger logger)
    {
        var tree = run.DrawTree();
        run.Abandon();
        logger.LogWarning(
            "Left running, since {Variable} is set. Stop it with: {Command}{NewLine}{Tree}",
            Variable, ProcessPlatform.Current.Control.KillCommand(run.LivingPids), Environment.NewLine, tree);
    }

    private static string? Read(ILogger logger)
    {
        var value = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        if (Environment.GetEnvironmentVariable("CI") is { Length: > 0 } ci && !ci.Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            logger.LogWarning(
                "{Variable}={Value} is refused, since CI is set: a server left running there would never be stopped", Variable, value);
        }
        else if (value is not ("onfailure" or "always"))
        {
            logger.LogWarning("{Variable}={Value} is ignored: it can be onfailure or always", Variable, value);
        }
        else
        {
            return value;
        }

        return null;
    }
}
