using TestReaper.Platform.MacOS.Native;
using TestReaper.Platform.MacOS.Wait;

namespace TestReaper.Platform.MacOS;

/// <summary>Facts from sysctl(3), getrlimit(2) and the table of mounts.</summary>
internal sealed class MacSystemFacts : ISystemFacts
{
    public string Kernel => $"{SystemValues.ReadText("kern.ostype") ?? "Darwin"} {SystemValues.ReadText("kern.osrelease")}".TrimEnd();

    public bool? IsInitialPidNamespace => true;

    public bool? IsInitialIpcNamespace => true;

    public ProcessBudget? ProcessBudget => null;

    public string? FileSystemAt(string directory) => Accessible.OrDefault(() =>
        DriveInfo.GetDrives().FirstOrDefault(drive => drive.RootDirectory.FullName == directory)?.DriveFormat);

    public ResourceLimit? Limit(LimitedResource resource)
    {
        // RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_MEMLOCK.
        var number = resource switch
        {
            LimitedResource.OpenFiles => 8,
            LimitedResource.Processes => 7,
            _ => 6,
        };
        return LibSystem.getrlimit(number, out var limits) == 0 ? new ResourceLimit(ToNumber(limits.Soft), ToNumber(limits.Hard)) : null;
    }

    public bool KillsAtOnce(IProcessContainer container) => false;

    public IReadOnlyList<MemoryKills> MemoryKillsOf(IProcessContainer? server) => [];

    public FileSystemSpace? SpaceAt(string directory) => Accessible.OrDefault(
        () => new DriveInfo(Path.GetFullPath(directory)) is { IsReady: true } drive
            ? new FileSystemSpace(drive.TotalSize, drive.AvailableFreeSpace, FreeFiles: null)
            : default(FileSystemSpace?));

    public FatalSignal SignalOf(ExitStatus? exit) => SignalNumbers.FatalOf(exit);

    private static long? ToNumber(ulong limit) => limit < long.MaxValue ? (long)limit : null;
}
