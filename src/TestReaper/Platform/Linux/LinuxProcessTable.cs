using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux;

/// <summary>The processes of the machine, from /proc (proc(5)).</summary>
internal sealed class LinuxProcessTable : IProcessTable
{
    private const string Deleted = " (deleted)";
    private const int MaxCommandLine = 64 * 1024;

    public HostInstance Instance => new(
        File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(),
        File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? "unknown");

    public ulong CurrentTime => BootClock.Now();

    public string VisibilityLimits => HidePid.Describe();

    public void Capture(ProcessSnapshot snapshot, UnrelatedProcessCache? unrelated = null) => ProcFs.Capture(snapshot, unrelated);

    public ReadOutcome TryRead(int pid, out ProcessEntry entry) => ProcFs.TryRead(pid, out entry);

    public string CommandLine(int pid) => CommandLines([pid])[0]?.Replace('\0', ' ') ?? BracketedName(pid);

    public string?[] CommandLines(IReadOnlyList<int> pids, TimeSpan? stallBudget = null)
    {
        var reads = BoundedReads.ReadEach(
            pids, BoundedReads.Memory, static pid => ProcFile.ReadText(pid, "cmdline"u8, MaxCommandLine)?.TrimEnd('\0'), stallBudget);
        return [.. pids.Select((pid, i) => !reads.TryGet(i, out var line) ? null : line is { Length: > 0 } ? line : BracketedName(pid))];
    }

    public IReadOnlyList<string> Arguments(int pid)
    {
        if (ReadBounded(pid, static pid => ProcFile.ReadText(pid, "cmdline"u8, MaxCommandLine)) is not { Length: > 0 } text)
        {
            return [];
        }

        // Each argument ends with a NUL. A program that writes its title there leaves a run of them behind it.
        return text.TrimEnd('\0').Split('\0');
    }

    public string? ExecutablePath(int pid)
    {
        var target = new FileInfo($"/proc/{pid}/exe").LinkTarget;
        return target?.EndsWith(Deleted, StringComparison.Ordinal) == true ? target[..^Deleted.Length] : target;
    }

    // ADDRESSES PERMISSIONS OFFSET DEVICE INODE PATH: the path has the first slash.
    public IReadOnlyList<string> MappedFiles(int pid) =>
        [.. (ReadBounded(pid, static pid => ProcFile.ReadText(pid, "maps"u8)) ?? "").Split('\n')
            .Select(static line => line.IndexOf('/') is >= 0 and var start ? line[start..] : "")
            .Where(static path => path.Length > 0)
            .Distinct()];

    public IReadOnlyList<string>?[] OpenPaths(IReadOnlyList<int> pids)
    {
        var reads = BoundedReads.ReadEach(pids, "fd", static pid => OpenFiles.Of(pid));
        return [.. pids.Select((_, i) => reads.TryGet(i, out var files) && files is not null
            ? (string[])[.. files.Select(file => file.Target)] : null)];
    }

    public IReadOnlyList<KeyValuePair<string, string>>? Environment(int pid) =>
        !BoundedReads.ReadEach([pid], BoundedReads.Memory, static pid => ProcFile.ReadText(pid, "environ"u8)).TryGet(0, out var text) ? null
            : [.. (text ?? "").Split('\0')
                .Select(static variable => (Text: variable, End: variable.IndexOf('=')))
                .Where(static variable => variable.End > 0)
                .Select(static variable => KeyValuePair.Create(variable.Text[..variable.End], variable.Text[(variable.End + 1)..]))];

    // A zombie or a kernel thread has no command line; ps(1) shows its name in brackets.
    public string BracketedName(int pid) => ShortName(pid) is { } name ? $"[{name}]" : "";

    // The read does not block.
    public string? ShortName(int pid) => ProcFile.ReadText(pid, "comm"u8)?.TrimEnd('\n');

    public string? WaitChannel(int pid) => ProcFs.WaitChannel(pid);

    public ProcessDetails Describe(int pid) => ProcDetails.Read(pid);

    // A read of status takes no lock of the memory map and does not block.
    public long? PeakResidentBytes(int pid) => ProcStatus.ReadNumber(pid, "VmHWM:") * 1024;

    public DateTimeOffset? ToWallClock(ulong startTime) => BootClock.ToWallClock(startTime);

    // The owner of /proc/PID is root if the process is undumpable; its status file shows the user even then.
    public bool IsOfThisUser(int pid) => ProcStatus.ReadNumber(pid, "Uid:") == LibC.geteuid();

    public bool? HasProcessesIn(string pidNamespace) => PidNamespaces.HasProcesses(pidNamespace);

    private static string? ReadBounded(int pid, Func<int, string?> read) => BoundedReads.Read(pid, BoundedReads.Memory, read);
}
