using TestReaper.Platform.Linux.Files;

namespace TestReaper.Platform.Linux.Containers;

/// <summary>Finds the cgroup of this process in the cgroup v2 hierarchy, also where v1 is mounted beside it (cgroups(7)).</summary>
internal static class CGroupMount
{
    /// <summary>The directory of the cgroup that this process is in; null if none is visible.</summary>
    internal static string? OwnDirectory() => OwnDirectory(out _);

    /// <param name="obstacle">Why none is visible, in words for the report; empty if one is.</param>
    internal static string? OwnDirectory(out string obstacle)
    {
        try
        {
            string[] mounts = [.. File.ReadLines(MountTable.Path).Where(IsOfCGroups)];
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

    /// <summary>Whether a path is in a mounted cgroup v2 hierarchy, where only the kernel creates files, and no links.</summary>
    internal static bool Holds(string path) =>
        Points().Any(point => path.StartsWith(point + "/", StringComparison.Ordinal)) && CGroupFile.IsCGroup(path);

    /// <summary>Where cgroup v2 hierarchies are mounted.</summary>
    internal static IEnumerable<string> Points() => (KernelText.ReadLines(MountTable.Path) ?? [])
        .Where(IsOfCGroups)
        .Select(static line => MountTable.Parse(line)?.Point)
        .OfType<string>()
        .Distinct();

    /// <summary>A pure function of /proc/self/cgroup and mountinfo: where the cgroup of this process may be visible.</summary>
    internal static IEnumerable<string> Directories(IEnumerable<string> cgroups, IEnumerable<string> mounts)
    {
        // "0::/path" is the entry of the v2 hierarchy.
        var own = cgroups.FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal))?["0::".Length..];
        foreach (var line in own is null ? [] : mounts.Where(IsOfCGroups))
        {
            if (MountTable.Parse(line) is not { } mount)
            {
                continue;
            }

            // "/../x" is outside of the cgroup namespace that the mount shows.
            var root = mount.Root.TrimEnd('/');
            if ($"{own}/".StartsWith(root + "/", StringComparison.Ordinal) && !own![root.Length..].Split('/').Contains(".."))
            {
                yield return (mount.Point + own[root.Length..]).TrimEnd('/');
            }
        }
    }

    private static bool IsOfCGroups(string line) => line.Contains(" - cgroup2 ", StringComparison.Ordinal);
}
