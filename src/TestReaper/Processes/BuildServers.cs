namespace TestReaper.Processes;

/// <summary>
/// Daemons that outlive the process that started them by design, and serve other jobs of the same user: MSBuild's nodes, the compiler's
/// server, Gradle's and Kotlin's daemons, adb, bazel.
/// </summary>
internal static class BuildServers
{
    /// <summary>
    /// The variables that keep .NET builds from starting such daemons. A daemon that is started inside a tree may be in use by
    /// another job when the tree is killed (dotnet/msbuild, "node reuse").
    /// </summary>
    private static readonly (string Name, string Value)[] Off =
    [
        ("MSBUILDDISABLENODEREUSE", "1"),
        ("DOTNET_CLI_USE_MSBUILD_SERVER", "0"),
        ("UseSharedCompilation", "false"),
    ];

    /// <summary>The names of the variables that <see cref="TurnOff"/> sets.</summary>
    public static IEnumerable<string> Variables => Off.Select(variable => variable.Name);

    /// <summary>Sets the variables that are absent. Ignores case, because MSBuild properties do.</summary>
    public static void TurnOff(IDictionary<string, string?> environment)
    {
        foreach (var (name, value) in Off)
        {
            if (!environment.Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                environment[name] = value;
            }
        }
    }

    /// <summary>Whether a program with these arguments is a build server. A word among its arguments does not decide.</summary>
    public static bool Is(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            return false;
        }

        var program = ProgramNames.Script(arguments) ?? arguments[0];
        return Path.GetFileNameWithoutExtension(program) switch
        {
            "VBCSCompiler" => true,
            "MSBuild" or "msbuild" or "dotnet" => arguments.Skip(1).Any(IsNodeMode),
            "rzc" => arguments.Contains("server"),
            "adb" => arguments.Contains("fork-server"),
            "A-server" => Path.GetFileName(arguments[0]).StartsWith("bazel(", StringComparison.Ordinal),
            _ => Path.GetFileName(arguments[0]) == "java"
                && program is "org.gradle.launcher.daemon.bootstrap.GradleDaemon" or "org.jetbrains.kotlin.daemon.KotlinCompileDaemon",
        };
    }

    private static bool IsNodeMode(string argument) =>
        argument.StartsWith("/nodemode:", StringComparison.OrdinalIgnoreCase)
        || argument.StartsWith("-nodemode:", StringComparison.OrdinalIgnoreCase);
}
