using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.CrashRecovery;

/// <summary>Finds what dead hosts left, in one snapshot of all processes. Environments are read once for all servers.</summary>
internal sealed class LeftoverSearch
{
    private static readonly TimeSpan Execve = TimeSpan.FromMilliseconds(5);
    private readonly IProcessPlatform _platform;
    private readonly ProcessSnapshot _snapshot;
    private readonly Dictionary<string, List<ProcessEntry>> _carriers = [];
    private readonly HashSet<int> _ownAncestors;

    public LeftoverSearch(IProcessPlatform platform)
    {
        _platform = platform;
        _snapshot = ProcessSnapshot.Of(platform);
        _ownAncestors = [.. Ancestry.FromThisProcess(platform)];
        OwnFamily = [.. _ownAncestors, .. DescendantsOfThisProcess()];
        var unanswered = Read(_snapshot.Entries.Where(entry => !entry.IsGone));

        // During an execve the environment is empty.
        ThreadPause.For(Execve);
        Read(unanswered);
    }

    /// <summary>This process, its ancestors and its descendants. They may belong to a server that is swept.</summary>
    public HashSet<int> OwnFamily { get; }

    /// <summary>
    /// Finds the processes of a server, except this process and its ancestors. If one of these belongs to the server, the descendants of
    /// this process are excepted, too. So are build servers with their descendants: other builds may use them.
    /// </summary>
    public IReadOnlyList<ProcessEntry> Find(LedgerServer server, IProcessContainer? container)
    {
        var all = FindAll(server, container);
        var spared = all.Any(entry => _ownAncestors.Contains(entry.Pid)) ? OwnFamily : _ownAncestors;
        return [.. all.Where(entry => !spared.Contains(entry.Pid) && !IsOfBuildServer(entry, all))];
    }

    /// <summary>Finds this process and its ancestors, as far as they belong to the server.</summary>
    public IReadOnlyList<ProcessEntry> FindOwnAncestors(LedgerServer server, IProcessContainer? container) =>
        [.. FindAll(server, container).Where(entry => _ownAncestors.Contains(entry.Pid))];

    // Only ancestors that belong to the server count: a test host below an MSBuild node ("dotnet test" of a solution) is not part of a
    // build server.
    private bool IsOfBuildServer(ProcessEntry entry, IReadOnlyCollection<ProcessEntry> all)
    {
        for (var seen = new HashSet<int>(); seen.Add(entry.Pid);)
        {
            if (BuildServers.Is(_platform.Processes.Arguments(entry.Pid)))
            {
                return true;
            }

            if (!_snapshot.TryGet(entry.ParentPid, out entry) || !all.Contains(entry))
            {
                break;
            }
        }

        return false;
    }

    private List<ProcessEntry> FindAll(LedgerServer server, IProcessContainer? container)
    {
        var carriers = _carriers.GetValueOrDefault(server.Scope) ?? [];
        var contained = (container?.Processes() ?? []).SelectMany(FindLiving);
        var recorded = server.Recorded.SelectMany(identity => FindLiving(identity.Pid).Where(entry => entry.Identity == identity));
        return [.. carriers.Concat(contained).Concat(recorded).DistinctBy(entry => entry.Pid)];
    }

    private IEnumerable<ProcessEntry> FindLiving(int pid) => _snapshot.TryGet(pid, out var entry) && !entry.IsGone ? [entry] : [];

    private List<ProcessEntry> Read(IEnumerable<ProcessEntry> entries)
    {
        var unanswered = new List<ProcessEntry>();
        foreach (var entry in entries)
        {
            if (_platform.Marks.ReadInheritedScopes(entry.Pid) is not { } scopes)
            {
                unanswered.Add(entry);
                continue;
            }

            foreach (var scope in scopes)
            {
                (_carriers.TryGetValue(scope, out var carriers) ? carriers : _carriers[scope] = []).Add(entry);
            }
        }

        return unanswered;
    }

    private HashSet<int> DescendantsOfThisProcess()
    {
        var children = _snapshot.Entries.ToLookup(entry => entry.ParentPid, entry => entry.Pid);
        var found = new HashSet<int>();
        var next = new Queue<int>([Environment.ProcessId]);
        while (next.TryDequeue(out var pid))
        {
            foreach (var child in children[pid].Where(found.Add))
            {
                next.Enqueue(child);
            }
        }

        return found;
    }
}
