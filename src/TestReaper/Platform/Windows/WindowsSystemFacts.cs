namespace TestReaper.Platform.Windows;

/// <summary>What Windows tells about itself.</summary>
internal sealed class WindowsSystemFacts : ISystemFacts
{
    // NTSTATUS codes with which the system ends a process (https://learn.microsoft.com/openspecs/windows_protocols/ms-erref).
    private const int IllegalInstruction = unchecked((int)0xC000001D), InPageError = unchecked((int)0xC0000006);

    public string Kernel => RuntimeInformation.OSDescription;

    public bool? IsInitialPidNamespace => null;

    public bool? IsInitialIpcNamespace => null;

    public string? FileSystemAt(string directory) => null;

    public ResourceLimit? Limit(LimitedResource resource) => null;

    public ProcessBudget? ProcessBudget => null;

    public bool KillsAtOnce(IProcessContainer container) => true;

    public IReadOnlyList<MemoryKills> MemoryKillsOf(IProcessContainer? server) => [];

    public FileSystemSpace? SpaceAt(string directory) => Accessible.OrDefault(
        () => new DriveInfo(Path.GetFullPath(directory)) is { IsReady: true } drive
            ? new FileSystemSpace(drive.TotalSize, drive.AvailableFreeSpace, FreeFiles: null)
            : default(FileSystemSpace?));

    public FatalSignal SignalOf(ExitStatus? exit) => exit?.Code switch
    {
        IllegalInstruction => FatalSignal.IllegalInstruction,
        InPageError => FatalSignal.Bus,
        _ => FatalSignal.None,
    };
}
