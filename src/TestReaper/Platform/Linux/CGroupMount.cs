namespace TestReaper.Platform.Linux;

/// <summary>Finds this process's own cgroup in the cgroup v2 hierarchy, also where v1 is mounted beside it (cgroups(7)).</summary>
internal static class CGroupMount
{
    private const string FileSystem = " - cgroup2 ";

    /// <summary>The directory of the cgroup that this process is in; null where there is no cgroup v2.</summary>
    internal static string? OwnDirectory()
    {
        try
        {
            return OwnDirectory(File.ReadLines("/proc/self/cgroup"), File.ReadLines("/proc/self/mountinfo"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether a path is in a mounted cgroup v2 hierarchy, where only the kernel makes files, and no links.</summary>
    internal static bool Holds(string path)
    {
        try
        {
            return File.ReadLines("/proc/self/mountinfo")
                .Where(static line => line.Contains(FileSystem, StringComparison.Ordinal))
                .Any(line => line.Split(' ') is { Length: >= 5 } fields && path.StartsWith(fields[4] + "/", StringComparison.Ordinal));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Where cgroup v2 hierarchies are mounted.</summary>
    internal static IReadOnlyList<string> Points()
    {
        try
        {
            return [.. File.ReadLines("/proc/self/mountinfo")
                .Where(static line => line.Contains(FileSystem, StringComparison.Ordinal))
                .Select(static line => line.Split(' '))
                .Where(static fields => fields.Length >= 5)
                .Select(static fields => fields[4])
                .Distinct()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    internal static string? OwnDirectory(IEnumerable<string> cgroups, IEnumerable<string> mounts)
    {
        // "0::/path" is the entry of the v2 hierarchy.
        var own = cgroups.FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?["0::".Length..];
        if (own is null)
        {
            return null;
        }

        foreach (var line in mounts)
        {
            // 36 35 0:30 /root /mount/point options... - cgroup2 source options
            var separator = line.IndexOf(FileSystem, StringComparison.Ordinal);
            var fields = line.Split(' ');
            if (separator < 0 || fields.Length < 5)
            {
                continue;
            }

            var (root, mountPoint) = (fields[3], fields[4]);
            if (root == "/" || own == root || own.StartsWith(root + "/", StringComparison.Ordinal))
            {
                var below = root == "/" ? own : own[root.Length..];
                return (mountPoint + below).TrimEnd('/');
            }
        }

        return null;
    }
}
