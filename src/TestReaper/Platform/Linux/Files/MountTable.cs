using System.Text.RegularExpressions;

namespace TestReaper.Platform.Linux.Files;

/// <summary>/proc/self/mountinfo (proc_pid_mountinfo(5)): <c>36 35 0:30 /root /mount/point options... - type source options</c>.</summary>
internal static partial class MountTable
{
    internal const string Path = "/proc/self/mountinfo";
    private const int Root = 3, MountPoint = 4;

    /// <summary>The root within the file system and the mount point; null for a line that is too short.</summary>
    internal static (string Root, string Point)? Parse(string line) =>
        line.Split(' ', MountPoint + 2) is { Length: > MountPoint } fields ? (Decode(fields[Root]), Decode(fields[MountPoint])) : null;

    /// <summary>The first file system that is mounted at the path or below it; null if there is none.</summary>
    internal static string? FindBelow(IEnumerable<string> lines, string path) => lines
        .Select(line => Parse(line)?.Point)
        .FirstOrDefault(point => point == path || point?.StartsWith(path + "/", StringComparison.Ordinal) == true);

    // A space, a tab, a newline and a backslash are written in octal: \040.
    private static string Decode(string field) =>
        field.Contains('\\') ? Octal().Replace(field, match => $"{(char)Convert.ToInt32(match.Groups[1].Value, 8)}") : field;

    [GeneratedRegex(@"\\([0-7]{3})", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();
}
