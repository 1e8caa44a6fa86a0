using TestReaper.Platform;

namespace TestReaper.Processes;

/// <summary>
/// Reads the command lines of members while they are alive: a dead process has none. A known one is read again after an exec, and at
/// growing intervals, because programs rewrite their titles.
/// </summary>
internal static class MemberCommandLines
{
    private const int FirstInterval = 500, LongestInterval = 60_000;

    /// <summary>Whether a member is alive and its command line is not known or may have changed.</summary>
    public static bool IsDue(TreeMember member) => !member.IsGone
        && (member.LastCommandLine is null || member.LastImage != member.LastEntry.Image
            || Environment.TickCount64 >= member.NextReading.At);

    /// <summary>Reads them in a bounded time. A process that cannot be read keeps its last command line.</summary>
    public static void Read(List<TreeMember> due, IProcessPlatform platform, TimeSpan stallBudget)
    {
        if (due.Count == 0)
        {
            return;
        }

        var now = Environment.TickCount64;
        var images = due.ConvertAll(member => member.LastEntry.Image);
        var lines = platform.Processes.CommandLines(due.ConvertAll(member => member.Identity.Pid), stallBudget);
        for (var i = 0; i < lines.Length; i++)
        {
            Update(due[i], images[i], lines[i], now);
        }
    }

    private static void Update(TreeMember member, ulong image, string? line, long now)
    {
        // A zombie has only a name in brackets: it keeps the command line that it had while it was alive.
        if (line is null or "" || (line[0] == '[' && member.LastCommandLine is not null))
        {
            return;
        }

        var isSame = member.LastImage == image && member.LastCommandLine is not null;
        var interval = isSame ? Math.Min(member.NextReading.Interval * 2, LongestInterval) : FirstInterval;
        (member.LastCommandLine, member.LastImage, member.NextReading) = (line, image, (now + interval, interval));
    }
}
