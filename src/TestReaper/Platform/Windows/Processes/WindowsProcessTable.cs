using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Processes;

/// <summary>The processes of the machine. A start time counts units of 100 ns since 1601 (FILETIME).</summary>
[SupportedOSPlatform("windows")]
internal sealed unsafe class WindowsProcessTable : IProcessTable
{
    private const int MaxPath = 32 * 1024;

    /// <inheritdoc/>
    /// <remarks>A start time is an absolute time, so an identity is valid across boots, and there are no PID namespaces.</remarks>
    public HostInstance Instance { get; } = new("any", "any");

    // The process "System", whose children are the session manager and with it all services.
    public int LastSystemPid => 4;

    public ulong CurrentTime
    {
        get
        {
            Kernel32.GetSystemTimePreciseAsFileTime(out var time);
            return (ulong)time;
        }
    }

    public string VisibilityLimits => "";

    public void Capture(ProcessSnapshot snapshot, UnrelatedProcessCache? unrelated = null)
    {
        snapshot.Clear();
        snapshot.IsIncomplete = !SystemProcesses.TryRead((entry, _) => snapshot.Add(entry));
    }

    public ReadOutcome TryRead(int pid, out ProcessEntry entry)
    {
        // The parent is known only from the list of all.
        var found = default(ProcessEntry);
        var isRead = SystemProcesses.TryRead((process, _) => found = process.Pid == pid ? process : found);
        entry = found;
        return !isRead ? ReadOutcome.OutOfResources : found.Pid == pid && pid > 0 ? ReadOutcome.Read : ReadOutcome.Absent;
    }

    public string CommandLine(int pid) => ProcessParameters.ReadCommandLine(pid) is { Length: > 0 } line ? line : BracketedName(pid);

    public string?[] CommandLines(IReadOnlyList<int> pids, TimeSpan? stallBudget = null) =>
        [.. pids.Select(pid => ProcessParameters.ReadCommandLine(pid) is { Length: > 0 } line
            ? string.Join('\0', CommandLineText.Split(line))
            : BracketedName(pid))];

    public IReadOnlyList<string> Arguments(int pid) =>
        ProcessParameters.ReadCommandLine(pid) is { Length: > 0 } line ? CommandLineText.Split(line) : [];

    public string? ExecutablePath(int pid)
    {
        if (OpenedProcess.TryOpen(pid, OpenedProcess.QueryLimited, out var handle) != ReadOutcome.Read)
        {
            return null;
        }

        using (handle)
        {
            var path = stackalloc char[MaxPath];
            uint length = MaxPath;
            return Kernel32.QueryFullProcessImageName(handle!.Value, 0, path, ref length) ? new string(path, 0, (int)length) : null;
        }
    }

    public IReadOnlyList<string>?[] OpenPaths(IReadOnlyList<int> pids) => new IReadOnlyList<string>?[pids.Count];

    public IReadOnlyList<KeyValuePair<string, string>>? Environment(int pid) =>
        [.. (ProcessParameters.ReadEnvironment(pid) ?? "").Split('\0')
            .Select(static variable => (Text: variable, End: variable.IndexOf('=', Math.Min(1, variable.Length))))
            .Where(static variable => variable.End > 0)
            .Select(static variable => KeyValuePair.Create(variable.Text[..variable.End], variable.Text[(variable.End + 1)..]))];

    public string BracketedName(int pid) => ShortName(pid) is { } name ? $"[{name}]" : "";

    public string? ShortName(int pid) => Path.GetFileName(ExecutablePath(pid));

    public string? WaitChannel(int pid) => null;

    public ProcessDetails Describe(int pid) => new();

    public long? PeakResidentBytes(int pid)
    {
        long? peak = null;
        _ = SystemProcesses.TryRead((process, bytes) => peak = process.Pid == pid ? bytes : peak);
        return peak;
    }

    public DateTimeOffset? ToWallClock(ulong startTime) => DateTimeOffset.FromFileTime((long)startTime);

    public bool IsOfThisUser(int pid) => TokenUser.Of(pid) is { } user && user == TokenUser.Current;

    public bool? HasProcessesIn(string pidNamespace) => null;
}
