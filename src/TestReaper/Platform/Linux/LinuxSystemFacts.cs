using TestReaper.Platform.Linux.Containers;
using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Procfs;
using TestReaper.Platform.Linux.Wait;

namespace TestReaper.Platform.Linux;

/// <summary>Facts from /proc and the cgroup v2 hierarchy.</summary>
internal sealed class LinuxSystemFacts : ISystemFacts
{
    // The namespaces of the machine itself have constant inodes (include/linux/proc_ns.h, PROC_IPC_INIT_INO).
    private const string FirstIpcNamespace = "ipc:[4026531839]";

    public string Kernel => string.Join(' ', [
        .. KernelText.ReadLines("/proc/sys/kernel/ostype") ?? ["Linux"], .. KernelText.ReadLines("/proc/sys/kernel/osrelease") ?? []]);

    public bool? IsInitialPidNamespace => PidNamespaces.IsInFirst();

    public bool? IsInitialIpcNamespace => new FileInfo("/proc/self/ns/ipc").LinkTarget is { } own ? own == FirstIpcNamespace : null;

    public ProcessBudget? ProcessBudget
    {
        get
        {
            var budgets = new List<ProcessBudget>();
            for (var path = CGroupMount.OwnDirectory(); path is not null && CGroupFile.IsCGroup(path); path = Path.GetDirectoryName(path))
            {
                if (ReadNumber(Path.Combine(path, "pids.max")) is { } max && ReadNumber(Path.Combine(path, "pids.current")) is { } used)
                {
                    budgets.Add(new ProcessBudget(path, max, used));
                }
            }

            return budgets.Count == 0 ? null : budgets.MinBy(budget => budget.Max - budget.Used);
        }
    }

    public string? FileSystemAt(string directory)
    {
        // On some distributions /dev/shm is a link to /run/shm.
        var target = Accessible.OrDefault(() => new DirectoryInfo(directory).ResolveLinkTarget(returnFinalTarget: true)?.FullName);
        return FindFileSystem(KernelText.ReadLines(MountTable.Path) ?? [], target ?? directory);
    }

    public ResourceLimit? Limit(LimitedResource resource) => ParseLimit(
        KernelText.ReadLines("/proc/self/limits") ?? [],
        resource switch
        {
            LimitedResource.OpenFiles => "Max open files",
            LimitedResource.Processes => "Max processes",
            _ => "Max locked memory",
        });

    public bool KillsAtOnce(IProcessContainer container) => (container as CGroup)?.KillsAtOnce == true;

    public IReadOnlyList<MemoryKills> MemoryKillsOf(IProcessContainer? server) => OutOfMemoryKills.Read(server as CGroup);

    public FileSystemSpace? SpaceAt(string directory) =>
        BoundedReads.TryRead(directory, FileSystemUse.Read, out var space) ? space : null;

    public FatalSignal SignalOf(ExitStatus? exit) => FatalSignals.Of(exit);

    /// <summary>A pure function of mountinfo. The last mount at a directory covers the others.</summary>
    internal static string? FindFileSystem(IEnumerable<string> mounts, string directory) => mounts
        .LastOrDefault(line => MountTable.Parse(line)?.Point == directory)?
        .Split(" - ", 2)[^1]
        .Split(' ')[0];

    /// <summary>A pure function of /proc/PID/limits: <c>Max open files   1024   524288   files</c>.</summary>
    internal static ResourceLimit? ParseLimit(IEnumerable<string> lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name + " ", StringComparison.Ordinal))?[name.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var soft, var hard, ..]
            ? new ResourceLimit(ParseNumber(soft), ParseNumber(hard))
            : null;

    // "max" and "unlimited" are not numbers.
    private static long? ParseNumber(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? ReadNumber(string path) => KernelText.ReadLines(path) is [var line, ..] ? ParseNumber(line) : null;
}
