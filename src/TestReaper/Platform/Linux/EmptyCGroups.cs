using System.Runtime.Versioning;

namespace TestReaper.Platform.Linux;

/// <summary>
/// Cgroups of launches that were left empty: by a server that was kept and has ended since, by a host that was killed together with its
/// watchdog.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class EmptyCGroups
{
    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    internal static IReadOnlyList<(string Scope, IProcessContainer Container)> Find(TimeSpan age)
    {
        var found = new List<(string, IProcessContainer)>();
        foreach (var mount in CGroupMount.Points())
        {
            try
            {
                foreach (var path in Directory.EnumerateDirectories(mount, CGroup.Prefix + "*", Everywhere))
                {
                    var scope = Path.GetFileName(path)[CGroup.Prefix.Length..];

                    // The kernel sets the time when the directory is first read: the cgroup is at least as old as that.
                    if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) > age && PrivateDirectory.IsOwn(path)
                        && CGroup.Find(path, scope) is { } cgroup && !cgroup.IsPopulated())
                    {
                        found.Add((scope, cgroup));
                    }
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Of a hierarchy that changes meanwhile, the next sweep sees more.
            }
        }

        return found;
    }
}
