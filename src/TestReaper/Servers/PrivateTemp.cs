using TestReaper.Platform;

namespace TestReaper.Servers;

/// <summary>A server's own directory for temporary files.</summary>
internal static class PrivateTemp
{
    private static readonly string[] Variables = ["TMPDIR", "TEMP", "TMP"];

    /// <summary>Names the directory; nothing is created. Null if the options do not ask for one.</summary>
    public static OwnDirectory? For(ServerProcessOptions options, string scope, IProcessPlatform platform) =>
        options.PrivateTemp ? new OwnDirectory(OwnDirectoryKind.Temp, platform, OwnDirectoryKind.Temp.PathOf(platform, scope)) : null;

    /// <summary>Sets the variables that name the directory, except those that the options set.</summary>
    public static void AddTo(IDictionary<string, string> environment, OwnDirectory temp, IReadOnlyDictionary<string, string?> options)
    {
        foreach (var variable in Variables.Where(variable => !options.ContainsKey(variable)))
        {
            environment[variable] = temp.Path;
        }
    }
}
