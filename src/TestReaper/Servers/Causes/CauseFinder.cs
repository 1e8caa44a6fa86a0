using TestReaper.Platform;
using TestReaper.Processes.SharedMemory;
using TestReaper.Secrets;

namespace TestReaper.Servers.Causes;

// Constraint: a server that fails writes hundreds of lines, and the last ones are consequences: the launcher says that a worker is gone, an
// event loop that a connection was closed. Some failures are never written: a process that gets SIGKILL writes nothing. Texts also lie in
// the other direction: many errors are caught, and a missing optional module is a line of every healthy start.
//
// Scheme: these steps, of which the first that finds something decides.
// 1. What the system says about processes that could not speak. The kernel has counted a kill for lack of memory in the server's own
//    container, or anywhere if the root got SIGKILL; or the root got SIGILL, SIGBUS with a full /dev/shm, or SIGXFSZ.
// 2. The first line of the output that matches a pattern of causes.txt, among those that state an error (Statements). The system adds what
//    it knows: who holds the port or the GPU, which file system is full. It may change the kind: "no space" with a full /dev/shm.
// 3. A kill for lack of memory elsewhere on the machine, if a line says that a process of the server got SIGKILL.
// 4. The last line that matches a weak pattern. Servers write such lines also of what they can do without.
// 5. A port of the server that another process holds.
// Otherwise the cause is unknown. Then the first line that looks like an error is the evidence, with its place in the log.
//
// Invariants:
// - The evidence names what was seen. A kill that the kernel has counted outside the server's own container may be that of another process
//   of the machine, so it counts only if a process of the server was killed, and never against an error that the server has written.
// - The search reads at most the first 8 MiB of the log and the last lines. After two seconds it goes on with the last lines, for two more
//   at most. After three seconds it asks the system nothing more, and the last question takes at most two.
// - A failure of the search is not a failure of its caller: the cause is unknown then.
// https://docs.kernel.org/admin-guide/cgroup-v2.html (memory.events), signal(7)

/// <summary>Finds out why a server failed.</summary>
internal static class CauseFinder
{
    private const long LeastSpace = 1024 * 1024;
    private const int LastLines = 1000;
    private const string SharedMemory = "/dev/shm", UnknownSummary = "unknown.";
    private static readonly TimeSpan WholeLimit = TimeSpan.FromSeconds(2), QuestionLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LastLinesLimit = TimeSpan.FromSeconds(4);

    /// <summary>Classifies the failure of a server that has been launched. Secrets are masked. Never throws.</summary>
    public static FailureCause Find(ServerLifetime run, IProcessPlatform platform) =>
        Find(() => CauseEvidence.Of(run, platform), run.Command.Mask);

    /// <summary>Classifies the failure that the evidence shows, also if the evidence cannot be collected.</summary>
    public static FailureCause Find(Func<CauseEvidence> collect, SecretMask mask)
    {
        try
        {
            var cause = Find(collect());
            return cause with { Summary = mask.Mask(cause.Summary), Evidence = mask.Mask(cause.Evidence) };
        }
        catch (Exception error)
        {
            return new FailureCause(FailureKind.Unknown, UnknownSummary, $"The search for it failed: {mask.Describe(error)}", "");
        }
    }

    /// <summary>A port is held by another process, as the listeners of the machine show.</summary>
    public static FailureCause PortHeld(string evidence) => CauseRules.Current.First[FailureKind.PortInUse] with { Evidence = evidence };

    /// <summary>Classifies a failure. Blocks for up to five seconds, as a rule for less than one.</summary>
    public static FailureCause Find(CauseEvidence evidence)
    {
        var start = Stopwatch.GetTimestamp();
        evidence = evidence.Until(() => Stopwatch.GetElapsedTime(start) < QuestionLimit);
        var rules = CauseRules.Current;
        if (FromSystem(evidence, rules) is { } certain)
        {
            return certain;
        }

        var found = Search(evidence, rules, start);
        return (found.Strong is { } strong ? FromText(strong, evidence, rules) : null)
            ?? (found.SaysKilled ? FromKills(evidence, rules) : null)
            ?? (found.Weak is { } weak ? FromText(weak, evidence, rules) : null)
            ?? FromPorts(evidence)
            ?? Unknown(evidence, found.FirstError);
    }

    private static Found Search(CauseEvidence evidence, CauseRules rules, long start)
    {
        var lines = evidence.Lines;
        var found = Search(lines, evidence, rules, () => Stopwatch.GetElapsedTime(start) < WholeLimit);
        if (found.IsWhole || lines.Count <= LastLines)
        {
            return found;
        }

        OutputLine[] lastLines = [.. lines.Skip(lines.Count - LastLines)];
        var last = Search(lastLines, evidence, rules, () => Stopwatch.GetElapsedTime(start) < LastLinesLimit);
        return last with
        {
            FirstError = found.FirstError ?? last.FirstError,
            Weak = last.Weak ?? found.Weak,
            SaysKilled = found.SaysKilled || last.SaysKilled,
        };
    }

    private static Found Search(IEnumerable<OutputLine> lines, CauseEvidence evidence, CauseRules rules, Func<bool> mayGoOn)
    {
        var found = new Found();
        foreach (var (line, head) in Statements.Find(lines, rules, mayGoOn))
        {
            found.FirstError ??= Statements.IsError(head) ? line : null;
            if (rules.Match(line) is { } match)
            {
                return found with { Strong = match };
            }

            found.Weak = rules.MatchWeak(line) ?? found.Weak;
            found.SaysKilled |= evidence.Kills.Count > 0 && !found.SaysKilled && rules.SaysKilled(line);
        }

        return found with { IsWhole = mayGoOn() };
    }

    private static FailureCause? FromSystem(CauseEvidence evidence, CauseRules rules) => evidence switch
    {
        { Kills: [var kills, ..] } when kills.IsOfServer || evidence.Signal == FatalSignal.Kill => FromKills(evidence, rules),
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

    private static FailureCause? FromKills(CauseEvidence evidence, CauseRules rules) => evidence.Kills is [var kills, ..]
        ? rules.First[FailureKind.OutOfMemory] with { Evidence = kills.Describe() } : null;

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
        var signal = evidence.Signal == FatalSignal.Kill
            ? "The kernel has counted no kill for lack of memory: another process sent the signal."
            : evidence.Exit is { Signal: not null } exit ? $"The server {exit}."
            : "";
        string[] sentences = [signal, error, FullAmong(evidence.Directories, evidence) ?? ""];
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

    /// <summary>What the output has.</summary>
    private record struct Found
    {
        /// <summary>The first line that a pattern matches.</summary>
        public CauseMatch? Strong { get; init; }

        /// <summary>The last line that a weak pattern matches.</summary>
        public CauseMatch? Weak { get; set; }

        public OutputLine? FirstError { get; set; }

        /// <summary>Whether a line says that a process got SIGKILL; false if the kernel has counted no kill.</summary>
        public bool SaysKilled { get; set; }

        /// <summary>Whether there was time for all lines.</summary>
        public bool IsWhole { get; init; }
    }
}
