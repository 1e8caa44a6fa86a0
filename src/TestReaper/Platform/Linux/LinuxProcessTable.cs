using TestReaper.Platform.Linux.Native;
using TestReaper.Platform.Linux.Procfs;

namespace TestReaper.Platform.Linux;

/// <summary>The processes of the machine, from /proc (proc(5)).</summary>
internal sealed class LinuxProcessTable : IProcessTable
{
    private const string Deleted = " (deleted)";

    public HostInstance Instance => new(
        File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim(),
        File.ResolveLinkTarget("/proc/self/ns/pid", returnFinalTarget: false)?.Name ?? "unknown");

    public ulong CurrentTime => BootClock.Now();

    public string VisibilityLimits => HidePid.Describe();

    public void Capture(ProcessSnapshot snapshot, UnrelatedProcessCache? unrelated = null) => ProcFs.Capture(snapshot, unrelated);

    public ReadOutcome TryRead(int pid, out ProcessEntry entry) => ProcFs.TryRead(pid, out entry);

    public string CommandLine(int pid) => ProcFs.CommandLine(pid);

    public string?[] CommandLines(IReadOnlyList<int> pids, TimeSpan? stallBudget = null) => ProcFs.CommandLines(pids, stallBudget);

    public IReadOnlyList<string> Arguments(int pid)
    {
        if (ReadBounded(pid, static pid => ProcFile.ReadAll(pid, "cmdline"u8, 64 * 1024)) is not { Length: > 0 } text)
        {
            return [];
        }

        // Each argument ends with a NUL. A program that writes its title there leaves a run of them behind it.
        var arguments = Encoding.UTF8.GetString(text).Split('\0');
        var count = arguments.Length;
        while (count > 1 && arguments[count - 1].Length == 0)
        {
            count--;
        }

        return arguments[..count];
    }

    public string? ExecutablePath(int pid)
    {
        try
        {
            var target = new FileInfo($"/proc/{pid}/exe").LinkTarget;
            return target is not null && target.EndsWith(Deleted, StringComparison.Ordinal) ? target[..^Deleted.Length] : target;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public IReadOnlyList<KeyValuePair<string, string>> Environment(int pid) =>
        [.. Encoding.UTF8.GetString(ReadBounded(pid, static pid => ProcFile.ReadAll(pid, "environ"u8)) ?? []).Split('\0')
            .Select(static variable => (Text: variable, End: variable.IndexOf('=')))
            .Where(static variable => variable.End > 0)
            .Select(static variable => KeyValuePair.Create(variable.Text[..variable.End], variable.Text[(variable.End + 1)..]))];

    public string BracketedName(int pid) => ProcFs.Name(pid);

    public string? ShortName(int pid) => ProcFs.Name(pid) is ['[', .. var name, ']'] ? name : null;

    public string? WaitChannel(int pid) => ProcFs.WaitChannel(pid);

    public ProcessDetails Describe(int pid) => ProcDetails.Read(pid);

    public DateTimeOffset? ToWallClock(ulong startTime) => BootClock.ToWallClock(startTime);

    // The owner of /proc/PID is root if the process is undumpable; its status file shows the user even then.
    public bool IsOfThisUser(int pid) =>
        ProcFile.ReadAll(pid, "status"u8) is { } status
        && ProcDetails.Number(Encoding.UTF8.GetString(status), "Uid:") == LibC.geteuid();

    public bool? HasProcessesIn(string pidNamespace) => PidNamespaces.HasProcesses(pidNamespace);

    private static byte[]? ReadBounded(int pid, Func<int, byte[]?> read) =>
        BoundedReads.TryRead(pid, BoundedReads.Memory, read, out var text) ? text : null;
}
