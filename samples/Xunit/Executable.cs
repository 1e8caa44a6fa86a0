namespace TestReaper.Samples;

/// <summary>Finds programs in PATH.</summary>
internal static class Executable
{
    /// <returns>Why tests that need the program are skipped; null if it is installed.</returns>
    public static string? FindSkipReason(string name, string remedy)
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return directories.Any(directory => File.Exists(Path.Combine(directory, name))) ? null : $"{name} is not installed: {remedy}";
    }
}
