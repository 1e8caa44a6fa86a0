namespace TestReaper.Servers.Files;

/// <summary>The names of a server's files: relative paths that stay within its directory.</summary>
internal static class FileNames
{
    /// <summary>The path with one separator between its parts and without parts that stand for the same directory.</summary>
    public static string Normalize(string name) => string.Join('/', name.Split('/').Where(part => part is not ("" or ".")));

    /// <summary>The directories that contain the file, the innermost first.</summary>
    public static IEnumerable<string> Parents(string name)
    {
        for (var end = name.LastIndexOf('/'); end > 0; end = name.LastIndexOf('/', end - 1))
        {
            yield return name[..end];
        }
    }

    /// <summary>Why the files cannot be written; null if they can.</summary>
    public static string? FindProblem(IReadOnlyDictionary<string, string> files)
    {
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, content) in files)
        {
            if (content is null)
            {
                return $"The content of '{name}' in Files is null. Pass an empty string, or leave the file out.";
            }

            if (FindProblem(name) is { } problem)
            {
                return $"'{name.Replace("\0", "\\0", StringComparison.Ordinal)}' is not a name for a file in Files: {problem}";
            }

            if (!names.TryAdd(Normalize(name), name))
            {
                return $"'{names[Normalize(name)]}' and '{name}' in Files are the same file. Leave one of them out.";
            }
        }

        return names.Select(file => (file.Value, Parent: Parents(file.Key).FirstOrDefault(names.ContainsKey)))
            .Where(file => file.Parent is not null)
            .Select(file => $"'{names[file.Parent!]}' in Files is a file, so it cannot contain '{file.Value}'. Rename one of them.")
            .FirstOrDefault();
    }

    private static string? FindProblem(string name)
    {
        var parts = name.Split('/');
        return name.Contains('\0') ? "it holds a NUL character. Remove it."
            : name.Contains('\\') ? @"it holds a backslash. Separate directories by '/'."
            : Path.IsPathRooted(name) ? "it is absolute. Name it relative to the server's own directory, which is {files} in Arguments."
            : parts.Contains("..") ? "it has a part '..'. The file must be in the server's own directory."
            : parts[^1] is "" or "." || string.IsNullOrWhiteSpace(name) ? "it must end with the name of a file."
            : null;
    }
}
