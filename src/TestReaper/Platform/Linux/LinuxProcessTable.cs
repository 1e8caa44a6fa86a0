using System.Text;
using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux;

/// <summary>The processes of the machine, from /proc.</summary>
internal sealed class LinuxProcessTable : IProcessTable
{
    public HostInstance Instance => new(
        File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(),
        File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? "unknown");

    public ulong CurrentTime => BootClock.Now();

    public string VisibilityLimits => HidePid.Describe();

    public void Capture(ProcessSnapshot snapshot, UnrelatedProcessCache? unrelated = null) => ProcFs.Capture(snapshot, unrelated);

    public ReadOutcome TryRead(int pid, out ProcessEntry entry) => ProcFs.TryRead(pid, out entry);

    public string CommandLine(int pid) => ProcFs.CommandLine(pid);

    public string?[] CommandLines(IReadOnlyList<int> pids, TimeSpan? stallBudget = null) => ProcFs.CommandLines(pids, stallBudget);

    public IReadOnlyList<string> Arguments(int pid) => ProcArguments.Read(pid);

    public string? ExecutablePath(int pid) => ProcArguments.Executable(pid);

    public IReadOnlyList<KeyValuePair<string, string>> Environment(int pid) => ProcEnviron.Read(pid);

    public string BracketedName(int pid) => ProcFs.Name(pid);

    public string? ShortName(int pid) => ProcFs.Name(pid) is ['[', .. var name, ']'] ? name : null;

    public string? WaitChannel(int pid) => ProcFs.WaitChannel(pid);

    public ProcessDetails Describe(int pid) => ProcDetails.Read(pid);

    public DateTimeOffset? ToWallClock(ulong startTime) => BootClock.ToWallClock(startTime);

    // The owner of /proc/PID is root where a process cannot be dumped; its status file shows the user all the same.
    public bool IsOfThisUser(int pid) =>
        ProcFile.ReadAll(pid, "status"u8) is { } status && ProcDetails.Number(Encoding.UTF8.GetString(status), "Uid:") == LibC.geteuid();

    public bool? HasProcessesIn(string pidNamespace) => PidNamespaces.HasProcesses(pidNamespace);
}
