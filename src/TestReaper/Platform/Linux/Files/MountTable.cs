using System.Text.RegularExpressions;

namespace TestReaper.Platform.Linux.Files;

/// <summary>/proc/self/mountinfo (proc_pid_mountinfo(5)).</summary>
internal static partial class MountTable
{
    private const int MountPoint = 4;

    /// <summary>The first file system that is mounted at the path or below it; null if there is none.</summary>
    internal static string? FindBelow(string path) => FindBelow(File.ReadLines("/proc/self/mountinfo"), path);

    internal static string? FindBelow(IEnumerable<string> lines, string path) => lines
        .Select(line => line.Split(' ', MountPoint + 2))
        .Where(fields => fields.Length > MountPoint)
        .Select(fields => Octal().Replace(fields[MountPoint], match => $"{(char)Convert.ToInt32(match.Groups[1].Value, 8)}"))
        .FirstOrDefault(point => point == path || point.StartsWith(path + "/", StringComparison.Ordinal));

    // A space is written as \040.
    [GeneratedRegex(@"\\([0-7]{3})", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();
}
