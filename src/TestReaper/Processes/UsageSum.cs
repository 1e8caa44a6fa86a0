using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>Adds up what the scans of a tree see of memory and CPU time. Costs no further read: /proc/PID/stat has both.</summary>
/// <remarks>
/// A member that is gone is forgotten, so its CPU time moves to a sum. A zombie that its parent has not collected is found and forgotten
/// again by the next scan; it must count once.
/// </remarks>
internal sealed class UsageSum
{
    private HashSet<ProcessIdentity> _counted = [], _countedNow = [];
    private TimeSpan _forgotten;
    private long _residentPages, _peakPages;

    /// <summary>The sum with the members that are still known. Without the spared.</summary>
    public TreeUsage With(IEnumerable<TreeMember> members) => new(
        _peakPages * Environment.SystemPageSize,
        members.Where(member => !member.IsSpared && !_counted.Contains(member.Identity))
            .Aggregate(_forgotten, static (sum, member) => sum + member.CpuTime));

    /// <summary>Takes a member's numbers from a snapshot. The entry is of another process or empty if the member was not found.</summary>
    public void See(TreeMember member, ProcessEntry entry)
    {
        if (entry.Identity != member.Identity)
        {
            return;
        }

        // A zombie still shows its CPU time, and no memory.
        member.CpuTime = entry.CpuTime;
        _residentPages += member.IsSpared || member.IsGone ? 0 : entry.ResidentPages;
    }

    /// <summary>Called before a member that is gone is forgotten.</summary>
    public void Forget(TreeMember member, ProcessEntry entry)
    {
        if (!member.IsSpared && !_counted.Contains(member.Identity))
        {
            _forgotten += member.CpuTime;
        }

        if (entry.Identity == member.Identity)
        {
            _countedNow.Add(member.Identity);
        }
    }

    /// <summary>Called at the end of each scan.</summary>
    /// <param name="keptGone">Whether no member was forgotten in this scan.</param>
    public void EndScan(bool keptGone)
    {
        (_peakPages, _residentPages) = (Math.Max(_peakPages, _residentPages), 0);
        if (!keptGone)
        {
            (_counted, _countedNow) = (_countedNow, _counted);
            _countedNow.Clear();
        }
    }
}
