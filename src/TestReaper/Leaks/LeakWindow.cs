using Microsoft.Extensions.Logging;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Leaks;

/// <summary>The time of one test class, or of a whole run: what is started in it must be gone at its end.</summary>
internal sealed class LeakWindow
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2), LongestPause = TimeSpan.FromMilliseconds(100);
    private readonly IProcessPlatform _platform = ProcessPlatform.Current;
    private readonly TreeOwner? _owner;
    private readonly string _name;
    private readonly LeakCheckOptions _rule;
    private readonly IReadOnlySet<ProcessIdentity> _baseline;

    private LeakWindow(string name, TreeOwner? owner, LeakCheckOptions rule)
    {
        _name = name;
        _owner = owner;
        _rule = rule;

        // Daemons stay below this process then, and so in sight.
        _baseline = rule.IsExclusive && Subreaper.Adopt() ? HostDescendants.Baseline(_platform) : new HashSet<ProcessIdentity>();
    }

    /// <summary>Whether leaks can be looked for on this operating system.</summary>
    public static bool IsSupported => ProcessPlatform.IsSupported;

    /// <summary>Begins the time of a test class: what belongs to other owners is not its business.</summary>
    public static LeakWindow ForClass(TreeOwner owner, LeakCheckOptions rule) => new(owner.Name, owner, rule);

    /// <summary>Begins the time of a run, to which everything belongs.</summary>
    public static LeakWindow ForRun(string name, LeakCheckOptions rule) => new(name, owner: null, rule);

    /// <summary>Waits until nothing is left; at the deadline kills it and says so.</summary>
    /// <param name="logger">Told once when it takes long.</param>
    /// <returns>Null if nothing is left.</returns>
    public async Task<ProcessLeakException?> EndAsync(ILogger logger)
    {
        logger = SafeLogger.Around(logger);
        var (clock, isWarned) = (new ReapClock(TimeProvider.System), false);
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            var (left, trees) = Scan();
            if (left.Count == 0)
            {
                return null;
            }

            var remaining = _rule.Timeout - clock.Now;
            if (remaining <= TimeSpan.Zero)
            {
                return await KillAsync(left, trees).ConfigureAwait(false);
            }

            if (!isWarned && clock.Now >= Durations.ToWarning(_rule.Timeout))
            {
                isWarned = true;
                logger.LogWarning(
                    "{Owner} has ended, but {Count} of its processes have not yet: {Pids}",
                    _name,
                    left.Count,
                    string.Join(", ", left.Take(10).Select(entry => entry.Pid)));
            }

            await Task.Delay(pause < remaining ? pause : remaining).ConfigureAwait(false);
        }
    }

    private (IReadOnlyList<ProcessEntry> Left, IReadOnlyList<LiveTree> Trees) Scan()
    {
        var trees = LiveTrees.All;
        LiveTree[] ours = [.. trees.Where(IsOurs)];
        var left = new Dictionary<ProcessIdentity, ProcessEntry>();
        foreach (var identity in ours.SelectMany(tree => tree.FindLiving()))
        {
            if (_platform.Processes.TryRead(identity.Pid, out var entry) == ReadOutcome.Read && entry.Identity == identity && !entry.IsGone)
            {
                left[identity] = entry;
            }
        }

        if (_rule.IsExclusive && Subreaper.Adopts)
        {
            foreach (var entry in HostDescendants.Since(_baseline, _platform, MayStay(trees)))
            {
                left[entry.Identity] = entry;
            }
        }

        return ([.. left.Values], ours);
    }

    private bool IsOurs(LiveTree tree) => _owner is null || tree.Owner == _owner;

    private Func<ProcessEntry, bool> MayStay(IReadOnlyCollection<LiveTree> trees)
    {
        // Most classes leave nothing: who else has a right to be here is asked only when something is.
        var foreign = new Lazy<HashSet<ProcessIdentity>>(() => [.. trees.Where(tree => !IsOurs(tree)).SelectMany(tree => tree.FindLiving())]);
        return entry =>
            LiveTrees.IsExcluded(entry.Identity)
            || foreign.Value.Contains(entry.Identity)
            || Exemptions.CoversProgram(_platform.Processes.Arguments(entry.Pid), _platform.Processes.ExecutablePath(entry.Pid), _rule.Ignore);
    }

    private async Task<ProcessLeakException> KillAsync(IReadOnlyList<ProcessEntry> left, IReadOnlyList<LiveTree> trees)
    {
        var description = new LeakDescription(_platform, trees);
        LeakedProcess[] leaked = [.. left.Select(description.Of)];
        var failure = await LeakKill.RunAsync(_platform, left, trees, MayStay(LiveTrees.All)).ConfigureAwait(false);
        return new ProcessLeakException(LeakText.Message(_name, _rule, leaked, failure), leaked);
    }
}
