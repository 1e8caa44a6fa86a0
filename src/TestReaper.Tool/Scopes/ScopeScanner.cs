using TestReaper.CrashRecovery;
using TestReaper.Platform;

namespace TestReaper.Tool.Scopes;

/// <summary>
/// Finds every live process of every scope and lists it once, under its innermost scope. The processes carry the scope in their
/// environment or cgroup, so that no ledger is needed; ledgers add the host and the server's command line. A scope without a ledger
/// (kept on purpose, ledger deleted, another XDG_RUNTIME_DIR) is listed only if the process belongs to this user.
/// </summary>
internal sealed class ScopeScanner(IProcessPlatform platform, Sweep sweep)
{
    private static readonly TimeSpan ExecveDuration = TimeSpan.FromMilliseconds(5);

    public IReadOnlyList<ScopeTree> Scan()
    {
        var processes = CaptureLiveProcesses();

        // Ledgers are read after the processes: a host records a server before it starts it, so no captured server is missing.
        var entries = ReadLedgerEntries();
        var scopes = ReadScopes(processes.Values, entries);
        return [.. processes.Values
            .Select(process => (Process: process, Scopes: FindScopes(process, processes, scopes)))
            .Where(found => found.Scopes.Count > 0 && IsStillAlive(found.Process))
            .GroupBy(found => found.Scopes[^1], (scope, found) => CreateTree(scope, [.. found], entries))
            .OrderBy(tree => tree.Processes.Min(process => process.Identity.StartTime))];
    }

    private static ScopeTree CreateTree(
        string scope, (ProcessEntry Process, IReadOnlyList<string> Scopes)[] found, Dictionary<string, LedgerEntry> entries) => new(
        scope,
        entries.GetValueOrDefault(scope),
        [.. found[0].Scopes.SkipLast(1).Select(outer => new OuterScope(outer, entries.GetValueOrDefault(outer)))],
        [.. found.Select(one => one.Process)]);

    // Excludes this process: it may run within a scope, but exits when the list is printed.
    private Dictionary<int, ProcessEntry> CaptureLiveProcesses()
    {
        var snapshot = new ProcessSnapshot();
        platform.Processes.Capture(snapshot);
        return snapshot.Entries.Where(entry => !entry.IsGone && entry.Pid != Environment.ProcessId).ToDictionary(entry => entry.Pid);
    }

    private Dictionary<string, LedgerEntry> ReadLedgerEntries()
    {
        var entries = new Dictionary<string, LedgerEntry>();
        foreach (var (ledger, isDead) in sweep.Read())
        {
            foreach (var server in ledger.Servers)
            {
                entries[server.Scope] = new LedgerEntry(ledger.Host.Pid, isDead, server);
            }
        }

        return entries;
    }

    private Dictionary<int, IReadOnlyList<string>> ReadScopes(
        IReadOnlyCollection<ProcessEntry> processes, Dictionary<string, LedgerEntry> entries)
    {
        var scopes = new Dictionary<int, IReadOnlyList<string>>();
        var unreadable = AddScopes(processes, scopes);

        // The environment of a process reads as empty during execve, so these are read a second time.
        ThreadPause.For(ExecveDuration);
        AddScopes(unreadable, scopes);
        foreach (var (pid, ids) in scopes)
        {
            if (!ids.Any(entries.ContainsKey) && !platform.Processes.IsOfThisUser(pid))
            {
                scopes.Remove(pid);
            }
        }

        return scopes;
    }

    /// <summary>Adds the scopes of each process that carries any.</summary>
    /// <returns>The processes whose environment could not be read.</returns>
    private List<ProcessEntry> AddScopes(IEnumerable<ProcessEntry> processes, Dictionary<int, IReadOnlyList<string>> scopes)
    {
        var unreadable = new List<ProcessEntry>();
        foreach (var process in processes)
        {
            var inherited = platform.Marks.ReadInheritedScopes(process.Pid);
            var ids = inherited is null or [] ? platform.Containers.ScopesOf(process.Pid) : inherited;
            if (ids.Count > 0)
            {
                scopes[process.Pid] = ids;
            }
            else if (inherited is null)
            {
                unreadable.Add(process);
            }
        }

        return unreadable;
    }

    /// <summary>
    /// Returns the scopes of the process, or those of its nearest ancestor that has any: a process may clear its environment.
    /// </summary>
    private static IReadOnlyList<string> FindScopes(
        ProcessEntry process, Dictionary<int, ProcessEntry> processes, Dictionary<int, IReadOnlyList<string>> scopes)
    {
        // The entries of a snapshot are read one after another, so that parent pids may form a cycle.
        for (var visited = new HashSet<int>(); visited.Add(process.Pid);)
        {
            if (scopes.TryGetValue(process.Pid, out var ids))
            {
                return ids;
            }

            if (!processes.TryGetValue(process.ParentPid, out process))
            {
                break;
            }
        }

        return [];
    }

    private bool IsStillAlive(ProcessEntry process) =>
        platform.Processes.TryRead(process.Pid, out var now) == ReadOutcome.Read && now.Identity == process.Identity && !now.IsGone;
}
