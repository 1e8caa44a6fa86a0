namespace TestReaper.Platform;

/// <summary>How the system compares the names of environment variables: on Windows without case.</summary>
internal static class EnvironmentNames
{
    public static StringComparison Comparison { get; } =
        OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    public static StringComparer Comparer { get; } = StringComparer.FromComparison(Comparison);
}
