using TestReaper.CrashProtection;
using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.CrashRecovery;

/// <summary>The processes of one moment, each with the scopes that it carries: environments are read once for all servers.</summary>
internal sealed class Leftovers
{
    private static readonly TimeSpan Execve = TimeSpan.FromMilliseconds(5);
    private readonly IProcessPlatform _platform;
    private readonly ProcessSnapshot _snapshot = new();
    private readonly Dictionary<string, List<ProcessEntry>> _carriers = [];
    private readonly HashSet<int> _ownLine;
    private readonly HashSet<int> _own;

    public Leftovers(IProcessPlatform platform)
    {
        _platform = platform;
        platform.Processes.Capture(_snapshot);
        _ownLine = [.. Ancestry.FromThisProcess(platform)];
        _own = [.. _ownLine, .. DescendantsOfThisProcess()];
        var unanswered = Read(_snapshot.Entries.Where(entry => !entry.IsGone), platform);

        // In an execve the environment reads empty.
        ThreadPause.For(Execve);
        Read(unanswered, platform);
    }

    /// <summary>This process, its ancestors and its descendants: a sweep may itself run below what is left.</summary>
    public IReadOnlyCollection<int> Own => _own;

    /// <summary>
    /// The processes left of a server, without this process and its ancestors. Where those are of the server, the descendants of this
    /// process are as well, and are left out, too. So are build servers and what is below them: other builds may use them.
    /// </summary>
    public IReadOnlyList<ProcessEntry> Of(LedgerServer server, IProcessContainer? container)
    {
        var all = All(server, container);
        var spared = all.Any(entry => _ownLine.Contains(entry.Pid)) ? _own : _ownLine;
        return [.. all.Where(entry => !spared.Contains(entry.Pid) && !IsOfBuildServer(entry, all))];
    }

    /// <summary>This process and those of its ancestors that are of the server.</summary>
    public IReadOnlyList<ProcessEntry> OwnLineOf(LedgerServer server, IProcessContainer? container) =>
        [.. All(server, container).Where(entry => _ownLine.Contains(entry.Pid))];

    // Climbs within what is left: a test host below an MSBuild node, as under "dotnet test" of a solution, is no part of a build server.
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

    private Dictionary<int, ProcessEntry>.ValueCollection All(LedgerServer server, IProcessContainer? container)
    {
        var found = new Dictionary<int, ProcessEntry>();
        foreach (var entry in _carriers.GetValueOrDefault(server.Scope) ?? [])
        {
            found[entry.Pid] = entry;
        }

        foreach (var pid in container?.Processes() ?? [])
        {
            if (_snapshot.TryGet(pid, out var entry) && !entry.IsGone)
            {
                found[pid] = entry;
            }
        }

        foreach (var recorded in server.Recorded)
        {
            if (_snapshot.TryGet(recorded.Pid, out var entry) && entry.Identity == recorded && !entry.IsGone)
            {
                found[entry.Pid] = entry;
            }
        }

        return found.Values;
    }

    private List<ProcessEntry> Read(IEnumerable<ProcessEntry> entries, IProcessPlatform platform)
    {
        var unanswered = new List<ProcessEntry>();
        foreach (var entry in entries)
        {
            if (platform.Marks.ReadInheritedScopes(entry.Pid) is not { } scopes)
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
