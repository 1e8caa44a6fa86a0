using System.Runtime.Versioning;

namespace TestReaper.Platform.Linux;

/// <summary>
/// Cgroups of launches that were left empty: by a server that was kept and has ended since, by a host that was killed together with its
/// watchdog.
/// </summary>
[SupportedOSPlatform("linux")]
internal static class EmptyCGroups
{
    internal static IReadOnlyList<(string Scope, IProcessContainer Container)> Find()
    {
        var found = new List<(string, IProcessContainer)>();
        foreach (var mount in CGroupMount.Points())
        {
            try
            {
                var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
                foreach (var path in Directory.EnumerateDirectories(mount, CGroup.Prefix + "*", options))
                {
                    var scope = Path.GetFileName(path)[CGroup.Prefix.Length..];
                    if (PrivateDirectory.IsOwn(path) && CGroup.Find(path, scope) is { } cgroup && !cgroup.IsPopulated())
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
