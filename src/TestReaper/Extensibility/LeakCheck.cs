using TestReaper.Leaks;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Reaping;

namespace TestReaper.Extensibility;

/// <summary>
/// Checks that the processes of one test class, or of a whole test run, are gone at its end. Begin the check before the class, and
/// call <see cref="EndAsync"/> after the fixtures of the class were disposed.
/// </summary>
/// <remarks>
/// Not counted: other processes that ran at the beginning and all their descendants, in the check of a class the processes of another
/// <see cref="ProcessOwner"/>, the test platform, and build servers that outlive their build. An exclusive check makes this process a
/// subreaper (prctl(2), PR_SET_CHILD_SUBREAPER), so that daemons remain its descendants; where the system refuses, only processes that
/// were started through TestReaper are checked.
/// </remarks>
public sealed class LeakCheck
{
    private const int MaxKills = 3;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(2), LongestPause = TimeSpan.FromMilliseconds(100);
    private readonly IProcessPlatform _platform = ProcessPlatform.Current;
    private readonly TreeOwner? _owner;
    private readonly string _name;
    private readonly LeakCheckOptions _options;
    private readonly ILogger _logger;
    private readonly IReadOnlySet<ProcessIdentity> _baseline;

    private LeakCheck(string name, TreeOwner? owner, LeakCheckOptions options, ILogger logger)
    {
        _name = name;
        _owner = owner;
        _options = options;
        _logger = SafeLogger.Around(logger);

        // A subreaper adopts daemons, so that they remain among its descendants.
        _baseline = options.IsExclusive && Subreaper.Adopt() ? HostDescendants.Baseline(_platform) : new HashSet<ProcessIdentity>();
    }

    /// <summary>The label of the options.</summary>
    public string Label => _options.Label;

    /// <summary>Begins the check of a test class. Processes of other owners do not count.</summary>
    /// <param name="owner">The owner of what the class starts.</param>
    /// <param name="options">What the check requires; null if the user requested no check.</param>
    /// <param name="logger">Gets one warning when the processes take long to exit.</param>
    /// <returns>Null without options, and on an operating system that TestReaper does not support.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="owner"/> or <paramref name="logger"/> is null.</exception>
    public static LeakCheck? BeginForClass(ProcessOwner owner, LeakCheckOptions? options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(owner);
        return Begin(owner.Name, owner.Tree, options, logger);
    }

    /// <summary>Begins the check of a test run. Processes count whichever owner they have.</summary>
    /// <param name="name">The name of the run in messages.</param>
    /// <param name="options">What the check requires; null if the user requested no check.</param>
    /// <param name="logger">Gets one warning when the processes take long to exit.</param>
    /// <returns>Null without options, and on an operating system that TestReaper does not support.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="logger"/> is null.</exception>
    public static LeakCheck? BeginForRun(string name, LeakCheckOptions? options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Begin(name, owner: null, options, logger);
    }

    /// <summary>
    /// Waits until the processes have exited. Those that still run at the end of <see cref="LeakCheckOptions.Timeout"/> are killed with
    /// all their descendants, which takes up to a minute more, or the <see cref="ReapOptions.GpuReleaseTimeout"/> more if they used a GPU,
    /// and 10 s more with <see cref="LeakCheckOptions.FlightRecorder"/>.
    /// A reap of the class that failed because the memory of a GPU did not come back fails the class, too, unless
    /// <see cref="FixtureLifetime.StopAsync"/> has thrown that failure. Call it once, after <see cref="FixtureLifetime.StopAsync"/>.
    /// </summary>
    /// <returns>
    /// Null if nothing was left, else the exception with which the class or run is to fail: a <see cref="ProcessLeakException"/>, or an
    /// <see cref="ArgumentOutOfRangeException"/> if the options are invalid. It is returned, not thrown.
    /// </returns>
    public async Task<Exception?> EndAsync()
    {
        if (_options.Timeout < TimeSpan.Zero)
        {
            // The class that has the invalid attribute fails, not the whole run.
            return new ArgumentOutOfRangeException(
                nameof(LeakCheckOptions.Timeout),
                _options.Timeout.TotalSeconds,
                $"The timeout of {Label} is a number of seconds, 0 or more.");
        }

        var (clock, isWarned) = (new ReapClock(TimeProvider.System), false);
        for (var pause = FirstPause; ; pause = Durations.Shorter(pause * 2, LongestPause))
        {
            var (left, trees) = Scan();
            if (left.Count == 0)
            {
                return GpuLeaks.Take(_owner) is { Count: > 0 } leaks
                    ? new ProcessLeakException(GpuLeakText.Draw(_name, leaks), [])
                    : null;
            }

            var remaining = _options.Timeout - clock.Now;
            if (remaining <= TimeSpan.Zero)
            {
                return await KillAsync(left, trees).ConfigureAwait(false);
            }

            if (!isWarned && clock.Now >= Durations.ToWarning(_options.Timeout))
            {
                isWarned = true;
                _logger.LogWarning(
                    "{Owner} has ended, but {Count} of its processes still run: {Pids}",
                    _name,
                    left.Count,
                    string.Join(", ", left.Take(10).Select(entry => entry.Pid)));
            }

            await Task.Delay(Durations.Shorter(pause, remaining)).ConfigureAwait(false);
        }
    }

    private static LeakCheck? Begin(string name, TreeOwner? owner, LeakCheckOptions? options, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        return options is null || !ProcessPlatform.IsSupported ? null : new LeakCheck(name, owner, options, logger);
    }

    private (IReadOnlyList<ProcessEntry> Left, IReadOnlyList<LiveTree> Trees) Scan()
    {
        var trees = LiveTrees.All;
        LiveTree[] ours = [.. trees.Where(IsOurs)];
        var left = new Dictionary<ProcessIdentity, ProcessEntry>();
        foreach (var identity in ours.SelectMany(tree => tree.FindLiving()))
        {
            if (_platform.Processes.TryReadLiving(identity, out var entry))
            {
                left[identity] = entry;
            }
        }

        if (_options.IsExclusive && Subreaper.Adopts)
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
        // Lazy, because most classes leave nothing and then need no scan of the other trees.
        var foreign = new Lazy<HashSet<ProcessIdentity>>(
            () => [.. trees.Where(tree => !IsOurs(tree)).SelectMany(tree => tree.FindLiving())]);
        return entry =>
            LiveTrees.IsExcluded(entry.Identity)
            || foreign.Value.Contains(entry.Identity)
            || Exemptions.CoversProgram(
                _platform.Processes.Arguments(entry.Pid), _platform.Processes.ExecutablePath(entry.Pid), _options.Ignore);
    }

    // A process that is forked during the recording or the kill, and whose parent exits then, is adopted by this process, and nothing
    // leads from its parent to it. So all processes are scanned again after the recording and after each kill.
    private async Task<ProcessLeakException> KillAsync(IReadOnlyList<ProcessEntry> left, IReadOnlyList<LiveTree> trees)
    {
        var description = new LeakDescription(_platform, trees);
        var found = left.ToDictionary(entry => entry.Identity, description.Describe);
        var stacks = _options.FlightRecorder ? await LeakRecording.RunAsync(_platform, _name, left, trees).ConfigureAwait(false) : null;
        LeakKillFailure? failure = null;
        for (var kills = 0; kills < MaxKills; kills++)
        {
            var (now, ours) = Scan();
            ProcessEntry[] added = [.. now.Where(entry => !found.ContainsKey(entry.Identity))];
            if (kills > 0 && added.Length == 0)
            {
                break;
            }

            foreach (var entry in added)
            {
                found.Add(entry.Identity, description.Describe(entry));
            }

            var next = kills > 0
                ? LeakKill.RunAsync(_platform, added, [], MayStay(LiveTrees.All))
                : LeakKill.RunAsync(_platform, [.. left, .. added], [.. trees.Union(ours)], MayStay(LiveTrees.All));
            failure = LeakKillFailure.Join(failure, await next.ConfigureAwait(false));
        }

        LeakedProcess[] leaked = [.. found.Values];
        return new ProcessLeakException(new LeakText(_name, _options.Timeout, leaked)
        {
            KillFailure = failure?.Text,
            IsAllGone = failure is { IsAllGone: true },
            GpuLeaks = GpuLeaks.Take(_owner),
            IsExclusive = _options.IsExclusive,
            IgnoreSyntax = _options.IgnoreSyntax,
            StacksFile = stacks,
        }.ToString(), leaked)
        {
            StacksFile = stacks,
        };
    }
}
