using TestReaper.Platform.Linux.Files;

namespace TestReaper.Platform.Linux.Containers;

// The kernel counts each process that it kills for lack of memory, in three places.
// - cgroup v2: oom_kill in memory.events of the cgroup and of all its ancestors, where the memory controller is on.
// - cgroup v1: oom_kill in memory.oom_control of the cgroup that the process was in (Linux 4.13).
// - The whole machine, kills in cgroups included: oom_kill in /proc/vmstat (Linux 4.13). Containers see the counter of the machine.
// https://docs.kernel.org/admin-guide/cgroup-v2.html, https://docs.kernel.org/admin-guide/cgroup-v1/memory.html

/// <summary>Reads how many processes the kernel has killed for lack of memory.</summary>
internal static class OutOfMemoryKills
{
    private const string Machine = "/proc/vmstat";

    /// <param name="own">The cgroup of a server; null for the counters of this process alone.</param>
    internal static IReadOnlyList<MemoryKills> Read(CGroup? own)
    {
        var found = new List<MemoryKills>();
        Add(found, own?.DirectoryPath, "memory.events", isOfServer: true);
        for (var path = CGroupMount.OwnDirectory(); path is not null && CGroupFile.IsCGroup(path); path = Path.GetDirectoryName(path))
        {
            Add(found, path, "memory.events", isOfServer: false);
        }

        foreach (var path in Version1Directories(
            KernelText.ReadLines("/proc/self/cgroup") ?? [], KernelText.ReadLines(MountTable.Path) ?? []))
        {
            Add(found, path, "memory.oom_control", isOfServer: false);
        }

        if (ParseCount(KernelText.ReadLines(Machine) ?? []) is { } count)
        {
            found.Add(new MemoryKills($"oom_kill in {Machine}", IsOfServer: false, count));
        }

        return found;
    }

    /// <summary>A pure function of a file of counters: <c>oom_kill 3</c>. Null if there is no such line.</summary>
    internal static long? ParseCount(IEnumerable<string> lines) =>
        lines.Select(line => line.Split(' ')).FirstOrDefault(words => words is ["oom_kill", _]) is [_, var text]
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>A pure function of /proc/self/cgroup and mountinfo: where the memory cgroup v1 of this process may be visible.</summary>
    internal static IEnumerable<string> Version1Directories(IEnumerable<string> cgroups, IEnumerable<string> mounts)
    {
        // "4:memory:/path"; several controllers may share a hierarchy: "4:cpu,memory:/path".
        var own = cgroups.Select(line => line.Split(':', 3))
            .FirstOrDefault(fields => fields.Length == 3 && fields[1].Split(',').Contains("memory"))?[2];
        if (own is null)
        {
            return [];
        }

        return
        [
            .. from line in mounts
               let type = line.Split(" - ", 2)[^1].Split(' ')
               where type[0] == "cgroup" && type[^1].Split(',').Contains("memory")
               let mount = MountTable.Parse(line)
               where mount is not null
               let root = mount.Value.Root.TrimEnd('/')
               where $"{own}/".StartsWith(root + "/", StringComparison.Ordinal)
               select (mount.Value.Point + own[root.Length..]).TrimEnd('/'),
        ];
    }

    private static void Add(List<MemoryKills> found, string? directory, string file, bool isOfServer)
    {
        if (directory is not null && ParseCount(KernelText.ReadLines(Path.Combine(directory, file)) ?? []) is { } count)
        {
            found.Add(new MemoryKills($"oom_kill in {Path.Combine(directory, file)}", isOfServer, count));
        }
    }
}
