using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux.Containers;

/// <summary>The cgroups of launches. A launch creates one below the cgroup of the host; a reap removes it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class CGroups(bool areUsed) : IProcessContainers
{
    private static readonly EnumerationOptions Everywhere = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    public string? PathOf(string scope) => areUsed ? CGroup.PathOf(scope) : null;

    public IProcessContainer? Find(string path, string scope) => CGroup.Find(path, scope);

    /// <inheritdoc/>
    /// <remarks>Left by a server that was kept alive and has exited, and by a host that was killed together with its watchdog.</remarks>
    public IReadOnlyList<(string Scope, IProcessContainer Container)> FindEmpty(TimeSpan age)
    {
        var found = new List<(string, IProcessContainer)>();
        foreach (var mount in CGroupMount.Points())
        {
            try
            {
                foreach (var path in Directory.EnumerateDirectories(mount, CGroup.Prefix + "*", Everywhere))
                {
                    var scope = Path.GetFileName(path)[CGroup.Prefix.Length..];

                    // The kernel sets the time when the directory is first read, so the cgroup is at least that old.
                    if (DateTime.UtcNow - Directory.GetLastWriteTimeUtc(path) > age
                        && FileStatus.TryRead(path, out var status) && status is { IsDirectory: true, IsOfThisUser: true }
                        && CGroup.Find(path, scope) is { } cgroup && !cgroup.IsPopulated())
                    {
                        found.Add((scope, cgroup));
                    }
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // The hierarchy changed during the listing: the next sweep sees the rest.
            }
        }

        return found;
    }

    public IReadOnlyList<string> ScopesOf(int pid) =>
        ProcFile.ReadText(pid, "cgroup"u8) is { } text ? ParseScopes(text) : [];

    /// <summary>A pure function of /proc/PID/cgroup: the ids in the names of the v2 directories, "0::/a/testreaper-ID/b".</summary>
    internal static IReadOnlyList<string> ParseScopes(string text)
    {
        var path = text.Split('\n').FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal)) ?? "";
        return [.. path.Split('/')
            .Where(name => name.StartsWith(CGroup.Prefix, StringComparison.Ordinal))
            .Select(name => name[CGroup.Prefix.Length..])
            .Where(scope => ScopeId.IsScope(scope))];
    }
}
