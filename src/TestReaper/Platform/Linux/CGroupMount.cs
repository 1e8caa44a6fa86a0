namespace TestReaper.Platform.Linux;

/// <summary>Finds this process's own cgroup in the cgroup v2 hierarchy, also where v1 is mounted beside it (cgroups(7)).</summary>
internal static class CGroupMount
{
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
            var separator = line.IndexOf(" - cgroup2 ", StringComparison.Ordinal);
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
