using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;

namespace TestReaper.Servers.Causes;

// Constraint: a server that fails writes hundreds of lines, and the last ones are consequences: the launcher says that a worker is gone, an
// event loop that a connection was closed. Some failures are never written: a process that gets SIGKILL writes nothing. Texts also lie in
// the other direction: many errors are caught, and a missing optional module is a line of every healthy start.
//
// Scheme: three steps, of which the first that finds something decides.
// 1. What the system says about processes that could not speak. The kernel has counted a kill for lack of memory, and a process of the
//    server got SIGKILL; or the root got SIGILL, SIGBUS with a full /dev/shm, or SIGXFSZ.
// 2. The first line of the output that matches a pattern of causes.txt, among those that state an error (Statements). The system adds what
//    it knows: who holds the port or the GPU, which file system is full. It may change the kind: "no space" with a full /dev/shm.
// 3. A port of the server that another process holds.
// Otherwise the cause is unknown. Then the first line that looks like an error is the evidence, with its place in the log.
//
// Invariants:
// - The evidence names what was seen. A kill that the kernel has counted outside the server's own container may be that of another process
//   of the machine, so it counts only if a process of the server was killed.
// - The search reads at most the first 8 MiB of the log and the last lines. After two seconds it goes on with the last lines.
// https://docs.kernel.org/admin-guide/cgroup-v2.html (memory.events), signal(7)

/// <summary>Finds out why a server failed.</summary>
internal static class CauseFinder
{
    private const long LeastSpace = 1024 * 1024;
    private const int LastLines = 1000;
    private const string SharedMemory = "/dev/shm", UnknownSummary = "unknown.";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    /// <summary>Classifies the failure of a server that has been launched. Secrets are masked. Never throws for lack of a file.</summary>
    public static FailureCause Find(ServerLifetime run, IProcessPlatform platform)
    {
        try
        {
            var cause = Find(CauseEvidence.Of(run, platform));
            var mask = run.Command.Mask;
            return cause with { Summary = mask.Mask(cause.Summary), Evidence = mask.Mask(cause.Evidence) };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new FailureCause(
                FailureKind.Unknown, UnknownSummary, $"The search for it failed: {run.Command.Mask.Mask(error.Message)}", "");
        }
    }

    /// <summary>A port is held by another process, as the listeners of the machine show.</summary>
    public static FailureCause PortHeld(string evidence) => CauseRules.Current.First[FailureKind.PortInUse] with { Evidence = evidence };

    /// <summary>Classifies a failure. Blocks for up to four seconds in all, half of them only if a GPU is short of memory.</summary>
    public static FailureCause Find(CauseEvidence evidence)
    {
        var rules = CauseRules.Current;
        var (match, first) = Search(evidence.Lines, rules);
        return FromSystem(evidence, rules)
            ?? (match is null ? null : FromText(match, evidence, rules))
            ?? FromPorts(evidence)
            ?? Unknown(evidence, first);
    }

    /// <returns>The first line that a rule matches, and the first that looks like an error.</returns>
    private static (CauseMatch? Match, OutputLine? First) Search(IReadOnlyList<OutputLine> lines, CauseRules rules)
    {
        var start = Stopwatch.GetTimestamp();
        OutputLine? first = null;
        foreach (var (line, head) in Statements.Find(lines, rules))
        {
            first ??= Statements.IsError(head) ? line : null;
            if (rules.Match(line) is { } match)
            {
                return (match, first);
            }

            if (lines.Count > LastLines && Stopwatch.GetElapsedTime(start) > Limit)
            {
                var (last, firstOfLast) = Search([.. lines.TakeLast(LastLines)], rules);
                return (last, first ?? firstOfLast);
            }
        }

        return (null, first);
    }

    private static FailureCause? FromSystem(CauseEvidence evidence, CauseRules rules) => evidence switch
    {
        { Kills: [var kills, ..] } when kills.IsOfServer || WasKilled(evidence, rules) =>
            rules.First[FailureKind.OutOfMemory] with { Evidence = kills.Describe() },
        { Signal: FatalSignal.IllegalInstruction } =>
            rules.First[FailureKind.IllegalInstruction] with { Evidence = $"The server {evidence.Exit}." },
        { Signal: FatalSignal.FileSize } =>
            rules.First[FailureKind.DiskFull] with
            {
                Summary = "A file reached the largest size that is allowed.",
                Evidence = $"The server {evidence.Exit}.",
                Hint = "Raise the limit on the size of a file (ulimit -f), or let the server write smaller ones.",
            },
        { Signal: FatalSignal.Bus } when FullAmong([SharedMemory], evidence) is { } full =>
            rules.First[FailureKind.SharedMemoryFull] with { Evidence = $"The server {evidence.Exit}. {full}" },
        _ => null,
    };

    private static bool WasKilled(CauseEvidence evidence, CauseRules rules) =>
        evidence.Signal == FatalSignal.Kill || evidence.Lines.Any(rules.SaysKilled);

    private static FailureCause FromText(CauseMatch match, CauseEvidence evidence, CauseRules rules)
    {
        var cause = new FailureCause(match.Kind, match.Summary, match.Line.Quote(), match.Rule.Hint);
        var shared = match.Kind == FailureKind.DiskFull ? FullAmong([SharedMemory], evidence) : null;
        if (shared is not null && FullAmong(evidence.Directories, evidence) is null)
        {
            return rules.First[FailureKind.SharedMemoryFull] with { Evidence = $"{cause.Evidence} {shared}" };
        }

        var more = match.Kind switch
        {
            FailureKind.PortInUse => (match.Port is { } port ? [port] : evidence.Ports).Select(evidence.PortHolder)
                .FirstOrDefault(holder => holder is not null),
            FailureKind.GpuOutOfMemory => evidence.GpuHolders(),
            FailureKind.DiskFull => FullAmong(evidence.Directories, evidence),
            FailureKind.SharedMemoryFull => FullAmong([SharedMemory], evidence),
            _ => null,
        };
        return more is null ? cause : cause with { Evidence = $"{cause.Evidence.TrimEnd()} {more}" };
    }

    // A server that says nothing of its port may still have failed at it. One that runs may have bound another one.
    private static FailureCause? FromPorts(CauseEvidence evidence) =>
        evidence is { Exit: not null, MayLackPort: true }
        && evidence.Ports.Select(evidence.PortHolder).FirstOrDefault(holder => holder is not null) is { } held
            ? PortHeld(held)
            : null;

    private static FailureCause Unknown(CauseEvidence evidence, OutputLine? first)
    {
        var error = first is { } line ? $"The first line that looks like an error is: {line.Quote()}"
            : evidence.Lines.Count > 0 ? "No line of the output looks like an error."
            : "";
        var killed = evidence.Signal == FatalSignal.Kill
            ? "The kernel has counted no kill for lack of memory: another process sent the signal." : "";
        string[] sentences = [killed, error, FullAmong(evidence.Directories, evidence) ?? ""];
        return new FailureCause(
            FailureKind.Unknown, UnknownSummary, string.Join(' ', sentences.Where(sentence => sentence.Length > 0)), "");
    }

    private static string? FullAmong(IReadOnlyList<string> directories, CauseEvidence evidence)
    {
        foreach (var directory in directories.Distinct())
        {
            if (evidence.Space(directory) is { } space && space.IsFull(LeastSpace))
            {
                return space.FreeFiles == 0
                    ? $"The file system of {directory} has no room for another file (inodes)."
                    : $"The file system of {directory} has {FoundMemory.Size(space.FreeBytes)} left of " +
                  $"{FoundMemory.Size(space.TotalBytes)}.";
            }
        }

        return null;
    }
}
