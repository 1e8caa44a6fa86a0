using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>What the sampler does with a tree while its processes run.</summary>
internal sealed partial class TreeTracker
{
    // One process may cost the sampler this much once; the reap may be waiting for it.
    private static readonly TimeSpan SampleBudget = TimeSpan.FromMilliseconds(40);
    private const int FirstInterval = 500, LongestInterval = 60_000;

    /// <summary>Raised after each sample, on the sampler's thread, while no lock of this tree is held.</summary>
    public event Action<TreeTracker>? Sampled;

    /// <summary>All that started before this moment is settled, if it is in no session of the tree.</summary>
    public ulong FirstStart
    {
        get
        {
            lock (_gate)
            {
                return _firstStart;
            }
        }
    }

    /// <summary>Changes when a root is added, which may have been taken for a stranger.</summary>
    public int RootsVersion { get; private set; }

    /// <summary>Whether a process is certainly not of the tree, whatever its age. False while another thread uses the tree.</summary>
    public bool IsStranger(ProcessIdentity identity)
    {
        if (!Monitor.TryEnter(_gate))
        {
            return false;
        }

        try
        {
            return IsKnownStranger(identity);
        }
        finally
        {
            Monitor.Exit(_gate);
        }
    }

    /// <summary>Adds members that a shared snapshot shows, and searches for their shared memory.</summary>
    /// <param name="snapshot">Does not change meanwhile.</param>
    /// <param name="sessions">Receives the sessions of the members.</param>
    /// <param name="patience">How long to wait while another thread scans this tree.</param>
    /// <returns>False if the tree was left out, since another thread scanned it for longer.</returns>
    public bool Sample(ProcessSnapshot snapshot, HashSet<int> sessions, TimeSpan patience)
    {
        if (!Monitor.TryEnter(_gate, patience))
        {
            return false;
        }

        try
        {
            if (_isDisposed)
            {
                return true;
            }

            FindMembers(snapshot, SampleBudget);
            _subtrees.Mark(snapshot, _members);
            CountLiving(snapshot, keepGone: false);
            Settle(snapshot);
            sessions.UnionWith(_sessions);
        }
        finally
        {
            Monitor.Exit(_gate);
        }

        ReadCommandLines(SampleBudget);
        Sampled?.Invoke(this);
        return true;
    }

    /// <summary>
    /// Reads the command lines of the living members that are not known, or that an exec has changed since, into
    /// <see cref="TreeMember.LastCommandLine"/>. The time is bounded; a process that cannot be read keeps what it had.
    /// </summary>
    /// <param name="stallBudget">How long to wait without any answer; null for half a second.</param>
    public void ReadCommandLines(TimeSpan? stallBudget = null)
    {
        List<TreeMember>? due = null;
        var now = Environment.TickCount64;
        lock (_gate)
        {
            foreach (var member in _members.Values)
            {
                var isKnown = member.LastCommandLine is not null && member.LastImage == member.LastEntry.Image
                    && now < member.NextReading.At;
                if (!member.IsGone && !isKnown)
                {
                    (due ??= []).Add(member);
                }
            }
        }

        if (due is null)
        {
            return;
        }

        var images = due.ConvertAll(member => member.LastEntry.Image);
        var lines = _platform.Processes.CommandLines(due.ConvertAll(member => member.Identity.Pid), stallBudget);
        for (var i = 0; i < lines.Length; i++)
        {
            Keep(due[i], images[i], lines[i], now);
        }
    }

    private static void Keep(TreeMember member, ulong image, string? line, long now)
    {
        // A zombie has its name only: it keeps what it had when it lived.
        if (line is null or "" || (line[0] == '[' && member.LastCommandLine is not null))
        {
            return;
        }

        var isSame = member.LastImage == image && member.LastCommandLine is not null;
        var interval = isSame ? Math.Min(member.NextReading.Interval * 2, LongestInterval) : FirstInterval;
        (member.LastCommandLine, member.LastImage, member.NextReading) = (line, image, (now + interval, interval));
    }
}
