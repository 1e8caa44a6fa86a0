using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Secrets;

namespace TestReaper.Reaping;

/// <summary>What happened to each process during one reap.</summary>
internal sealed class ReapRecord(IProcessPlatform platform, TreeTracker tree, SecretMask mask, ReapClock clock)
{
    private readonly Dictionary<ProcessIdentity, Fate> _fates = [];
    private readonly List<TreeMember> _living = [];
    private readonly Dictionary<string, string> _masked = [];
    private TimeSpan? _firstSignalAt;

    public IReadOnlyList<TreeMember> Living => _living;

    /// <summary>How many processes are known to be gone.</summary>
    public int GoneCount { get; private set; }

    /// <summary>Takes over what the last observation found.</summary>
    public void Update()
    {
        _living.Clear();
        foreach (var member in tree.Members)
        {
            if (!_fates.TryGetValue(member.Identity, out var fate))
            {
                _fates.Add(member.Identity, fate = new Fate(member));
            }

            if (!member.IsGone)
            {
                _living.Add(member);
                TakeCommandLine(member);
            }
            else if (fate.GoneAt is null)
            {
                fate.GoneAt = clock.Now;
                GoneCount++;
            }
        }
    }

    /// <summary>Marks the moment from which the end of each process is counted.</summary>
    public void SignalSent() => _firstSignalAt ??= clock.Now;

    /// <param name="member">Who was signalled.</param>
    /// <param name="outcome">What became of its own signal.</param>
    /// <param name="inOneCall">Whether a call before that one killed many: then gone means that it worked.</param>
    public void Killed(TreeMember member, SignalOutcome outcome, bool inOneCall)
    {
        SignalSent();
        var fate = _fates[member.Identity];
        fate.WasKilled |= outcome == SignalOutcome.Sent || (inOneCall && outcome == SignalOutcome.Gone);
        fate.WasDenied = outcome == SignalOutcome.Denied;
    }

    public bool WasDenied(TreeMember member) => _fates[member.Identity].WasDenied;

    public ReapReport ToReport()
    {
        var gone = _fates.Values
            .Where(fate => fate.GoneAt is not null)
            .OrderBy(fate => !fate.Member.IsRoot).ThenBy(fate => fate.Member.Identity.StartTime).ThenBy(fate => fate.Member.Identity.Pid)
            .Select(ToReaped);
        return new ReapReport([.. gone], clock.Now, $"{tree.Layers}; {platform.Control.WaitMechanism}{Polled()}")
        {
            Spared = SparedProcess.FromTree(tree, platform, mask),
        };
    }

    // Refused for these alone: out of descriptors, or the kernel had no answer.
    private string Polled() => _fates.Values.Count(fate => fate.Member.Handle.IsPolled) is var polled and > 0
        ? $", {polled} of {_fates.Count} processes looked for in /proc" : "";

    private ReapedProcess ToReaped(Fate fate) => new()
    {
        ProcessId = fate.Member.Identity.Pid,
        ParentProcessId = fate.Member.ParentPid,
        CommandLine = fate.Member.CommandLine,
        FoundBy = fate.Member.FoundBy,
        WasKilled = fate.WasKilled,
        Elapsed = _firstSignalAt is { } signalled && fate.GoneAt > signalled ? fate.GoneAt.Value - signalled : TimeSpan.Zero,
    };

    // A child between fork and exec still shows its parent's: the last reading counts.
    private void TakeCommandLine(TreeMember member)
    {
        if (member.LastCommandLine is { Length: > 0 } commandLine)
        {
            member.CommandLine = Masked(commandLine);
        }
    }

    // The workers of a pool share theirs.
    private string Masked(string commandLine)
    {
        if (!_masked.TryGetValue(commandLine, out var masked))
        {
            _masked.Add(commandLine, masked = mask.MaskArguments(commandLine.Split('\0')));
        }

        return masked;
    }

    private sealed class Fate(TreeMember member)
    {
        public TreeMember Member { get; } = member;

        public TimeSpan? GoneAt { get; set; }

        public bool WasKilled { get; set; }

        public bool WasDenied { get; set; }
    }
}
