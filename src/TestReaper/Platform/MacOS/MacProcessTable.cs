using TestReaper.Platform.MacOS.Native;
using TestReaper.Platform.MacOS.Processes;
using TestReaper.Platform.MacOS.Sockets;

namespace TestReaper.Platform.MacOS;

/// <summary>The processes of the machine, from libproc. A start time counts microseconds since 1970.</summary>
[SupportedOSPlatform("macos")]
internal sealed unsafe class MacProcessTable : IProcessTable
{
    private const int MaxPath = 4096;

    public HostInstance Instance => new(
        SystemValues.ReadText("kern.bootsessionuuid") ?? throw new IOException("sysctl kern.bootsessionuuid cannot be read."), "none");

    public ulong CurrentTime => (ulong)((DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond);

    public string VisibilityLimits =>
        "; the environment of a program that System Integrity Protection restricts, such as /bin/sh, is not visible";

    public void Capture(ProcessSnapshot snapshot, UnrelatedProcessCache? unrelated = null)
    {
        snapshot.Clear();
        var pids = ProcessList.Pids();
        snapshot.IsIncomplete = pids is null;
        foreach (var pid in pids ?? [])
        {
            switch (TryRead(pid, out var entry))
            {
                case ReadOutcome.Read:
                    snapshot.Add(entry);
                    break;
                case ReadOutcome.Unreadable:
                    snapshot.AddUnread(pid);
                    break;
                case ReadOutcome.OutOfResources:
                    snapshot.IsIncomplete = true;
                    break;
            }
        }
    }

    public ReadOutcome TryRead(int pid, out ProcessEntry entry) => ProcessList.TryRead(pid, out entry);

    public string CommandLine(int pid) =>
        Arguments(pid) is { Count: > 0 } arguments ? string.Join(' ', arguments) : BracketedName(pid);

    /// <inheritdoc/>
    /// <remarks>The kernel copies the arguments from the memory of the process, and holds its map only for that time.</remarks>
    public string?[] CommandLines(IReadOnlyList<int> pids, TimeSpan? stallBudget = null) =>
        [.. pids.Select(pid => Arguments(pid) is { Count: > 0 } arguments ? string.Join('\0', arguments) : BracketedName(pid))];

    public IReadOnlyList<string> Arguments(int pid) => ProcessArguments.Read(pid)?.Arguments ?? [];

    public string? ExecutablePath(int pid)
    {
        var path = stackalloc byte[MaxPath];
        var length = LibSystem.proc_pidpath(pid, path, MaxPath);
        return length > 0 ? Encoding.UTF8.GetString(path, length) : null;
    }

    public IReadOnlyList<string>?[] OpenPaths(IReadOnlyList<int> pids) => new IReadOnlyList<string>?[pids.Count];

    public IReadOnlyList<KeyValuePair<string, string>> Environment(int pid) => [.. ProcessArguments.Read(pid)?.Variables() ?? []];

    public string BracketedName(int pid) => ShortName(pid) is { Length: > 0 } name ? $"[{name}]" : "";

    public string? ShortName(int pid) =>
        ProcessList.TryRead(pid, out BsdProcess process) == ReadOutcome.Read ? process.Name : null;

    public string? WaitChannel(int pid) => null;

    public ProcessDetails Describe(int pid) => new()
    {
        UserId = ProcessList.TryRead(pid, out BsdProcess process) == ReadOutcome.Read ? process.UserId : null,
        ListeningPorts =
        [
            .. (OpenSockets.Of(pid) ?? [])
                .Where(static socket => socket is { IsListener: true, Local: not null })
                .Select(static socket => socket.Local!.Port)
                .Distinct()
                .Order(),
        ],
    };

    public long? PeakResidentBytes(int pid) => null;

    public DateTimeOffset? ToWallClock(ulong startTime) =>
        DateTimeOffset.UnixEpoch.AddTicks((long)startTime * TimeSpan.TicksPerMicrosecond);

    public bool IsOfThisUser(int pid) =>
        ProcessList.TryRead(pid, out BsdProcess process) == ReadOutcome.Read && process.UserId == LibSystem.geteuid();

    public bool? HasProcessesIn(string pidNamespace) => null;
}
