namespace TestReaper.Platform.Linux.Containers;

/// <summary>Finds this process's own cgroup in the cgroup v2 hierarchy, also where v1 is mounted beside it (cgroups(7)).</summary>
internal static class CGroupMount
{
    private const string FileSystem = " - cgroup2 ";

    /// <summary>The directory of the cgroup that this process is in; null where there is none in sight.</summary>
    internal static string? OwnDirectory() => OwnDirectory(out _);

    /// <param name="obstacle">Why there is none, in words for the report; empty if there is one.</param>
    internal static string? OwnDirectory(out string obstacle)
    {
        try
        {
            string[] mounts = [.. File.ReadLines("/proc/self/mountinfo").Where(IsOfCGroups)];
            var own = Directories(File.ReadLines("/proc/self/cgroup"), mounts).FirstOrDefault(CGroupFile.IsCGroup);
            obstacle = own is not null ? ""
                : mounts.Length == 0 ? "no cgroup v2 is mounted"
                : "the cgroup of this process is not below a mounted cgroup v2 (a cgroup namespace, or another mount over it)";
            return own;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            obstacle = $"/proc/self/cgroup or mountinfo cannot be read: {error.Message}";
            return null;
        }
    }

    /// <summary>Whether a path is in a mounted cgroup v2 hierarchy, where only the kernel makes files, and no links.</summary>
    internal static bool Holds(string path)
    {
        try
        {
            return File.ReadLines("/proc/self/mountinfo").Where(IsOfCGroups)
                .Any(line => line.Split(' ') is { Length: >= 5 } fields
                    && path.StartsWith(Decode(fields[4]) + "/", StringComparison.Ordinal))
                && CGroupFile.IsCGroup(path);
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
                .Where(IsOfCGroups)
                .Select(static line => line.Split(' '))
                .Where(static fields => fields.Length >= 5)
                .Select(static fields => Decode(fields[4]))
                .Distinct()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>A pure function of /proc/self/cgroup and /proc/self/mountinfo: where the cgroup of this process may be seen.</summary>
    internal static IEnumerable<string> Directories(IEnumerable<string> cgroups, IEnumerable<string> mounts)
    {
        // "0::/path" is the entry of the v2 hierarchy.
        var own = cgroups.FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?["0::".Length..];
        foreach (var line in own is null ? [] : mounts.Where(IsOfCGroups))
        {
            // 36 35 0:30 /root /mount/point options... - cgroup2 source options
            if (line.Split(' ') is not { Length: >= 5 } fields)
            {
                continue;
            }

            var (root, mountPoint) = (Decode(fields[3]), Decode(fields[4]));
            if (root == "/" || own == root || own!.StartsWith(root + "/", StringComparison.Ordinal))
            {
                // "/../x" is outside of the cgroup namespace that the mount shows.
                var below = root == "/" ? own! : own![root.Length..];
                if (!below.Split('/').Contains(".."))
                {
                    yield return (mountPoint + below).TrimEnd('/');
                }
            }
        }
    }

    private static bool IsOfCGroups(string line) => line.Contains(FileSystem, StringComparison.Ordinal);

    // A space, a tab, a newline and a backslash are written in octal: "\040" (proc_pid_mountinfo(5)).
    private static string Decode(string field)
    {
        if (!field.Contains('\\'))
        {
            return field;
        }

        var text = new System.Text.StringBuilder();
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && field.AsSpan(i + 1, 3).IndexOfAnyExceptInRange('0', '7') < 0)
            {
                text.Append((char)(((field[i + 1] - '0') * 64) + ((field[i + 2] - '0') * 8) + (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                text.Append(field[i]);
            }
        }

        return text.ToString();
    }
}
