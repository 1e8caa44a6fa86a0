namespace TestReaper.Servers.Recording;

/// <summary>The names of the files of a recording: NAME.stacks.txt, and beside it NAME.stacks.PID.dmp.</summary>
internal static class RecordingFiles
{
    private const string DumpExtension = ".dmp";

    public static string DumpOf(string stacksFile, int pid) => $"{Stem(stacksFile)}{pid}{DumpExtension}";

    /// <summary>The files that exist, the text first; empty without a recording.</summary>
    public static IReadOnlyList<string> Of(string? stacksFile) => !File.Exists(stacksFile)
        ? []
        : [
            stacksFile,
            .. Directory.EnumerateFiles(Path.GetDirectoryName(stacksFile)!, "*" + DumpExtension)
                .Where(path => path.StartsWith(Stem(stacksFile), StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

    private static string Stem(string stacksFile) => Path.ChangeExtension(stacksFile, null) + ".";
}
