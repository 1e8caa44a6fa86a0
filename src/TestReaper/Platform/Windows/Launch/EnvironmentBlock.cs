namespace TestReaper.Platform.Windows.Launch;

/// <summary>
/// Writes the environment of a new process: <c>NAME=VALUE</c>, each with a NUL behind it, sorted by name, and a NUL at the end.
/// </summary>
internal static class EnvironmentBlock
{
    public static string Write(IReadOnlyDictionary<string, string> environment)
    {
        // Names have no case: of two that differ only by it, the later one counts.
        var sorted = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in environment)
        {
            sorted[name] = value;
        }

        var block = new StringBuilder();
        foreach (var (name, value) in sorted)
        {
            block.Append(name).Append('=').Append(value).Append('\0');
        }

        // An empty block needs two NULs as well.
        return block.Append(block.Length == 0 ? "\0\0" : "\0").ToString();
    }
}
