using System.Globalization;
using TestReaper.Tests.Infrastructure;

namespace TestReaper.Tests.RealServers;

/// <summary>Finds processes that are not in a registry, by pid and start time in /proc.</summary>
public static class Family
{
    /// <summary>The living ones among the process and its descendants.</summary>
    public static IReadOnlyList<Member> Of(int root)
    {
        var parents = new DirectoryInfo("/proc").EnumerateDirectories()
            .Select(directory => int.TryParse(directory.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0)
            .Select(pid => (Pid: pid, Parent: ProcStat.ParentOf(pid) ?? 0))
            .ToLookup(process => process.Parent, process => process.Pid);
        List<int> pids = [root];
        for (var i = 0; i < pids.Count; i++)
        {
            pids.AddRange(parents[pids[i]]);
        }

        return [.. pids.Select(pid => new Member(pid, ProcStat.StartTimeOf(pid))).Where(member => member.IsAlive())];
    }

    public sealed record Member(int Pid, ulong? StartTime)
    {
        /// <summary>Whether a thread of the process is left. A zombie that is not collected yet holds nothing.</summary>
        public bool IsAlive() =>
            StartTime is not null && LibC.kill(Pid, 0) == 0 && ProcStat.StartTimeOf(Pid) == StartTime
            && (ProcStat.StateOf(Pid) is not ('Z' or 'X' or null) || Threads() > 1);

        private int Threads()
        {
            try
            {
                return Directory.GetDirectories($"/proc/{Pid}/task").Length;
            }
            catch (IOException)
            {
                return 0;
            }
        }
    }
}
