using TestReaper.CrashRecovery;
using TestReaper.Platform;

namespace TestReaper.Tool.Scopes;

/// <summary>
/// All that runs under any scope, each process once: under its innermost. Ledgers only add who has started it. A scope that is in
/// none (kept on purpose, a ledger that is deleted, another XDG_RUNTIME_DIR) counts if the process is of this user.
/// </summary>
internal sealed class Census(IProcessPlatform platform, Sweep sweep)
{
    private static readonly TimeSpan Execve = TimeSpan.FromMilliseconds(5);

    public IReadOnlyList<ScopeTree> Take()
    {
        var living = Living();

        // After the look: what a host starts, it notes before.
        var owners = Owners();
        var marks = Marks(living.Values, owners);
        return [.. living.Values
            .Select(process => (Process: process, Scopes: ScopesOf(process, living, marks)))
            .Where(found => found.Scopes.Count > 0 && IsStillThere(found.Process))
            .GroupBy(found => found.Scopes[^1], (scope, found) => ToTree(scope, [.. found], owners))
            .OrderBy(tree => tree.Processes.Min(process => process.Identity.StartTime))];
    }

    private static ScopeTree ToTree(string scope, (ProcessEntry Process, IReadOnlyList<string> Scopes)[] found, Dictionary<string, ScopeOwner> owners) => new(
        scope,
        owners.GetValueOrDefault(scope),
        [.. found[0].Scopes.SkipLast(1).Select(outer => (outer, owners.GetValueOrDefault(outer)))],
        [.. found.Select(one => one.Process)]);

    // Not this process: it may be in a scope itself, but will be gone.
    private Dictionary<int, ProcessEntry> Living()
    {
        var snapshot = new ProcessSnapshot();
        platform.Processes.Capture(snapshot);
        return snapshot.Entries.Where(entry => !entry.IsGone && entry.Pid != Environment.ProcessId).ToDictionary(entry => entry.Pid);
    }

    private Dictionary<string, ScopeOwner> Owners()
    {
        var owners = new Dictionary<string, ScopeOwner>();
        foreach (var (ledger, isDead) in sweep.Read())
        {
            foreach (var server in ledger.Servers)
            {
                owners[server.Scope] = new ScopeOwner(ledger.Host.Pid, isDead, server);
            }
        }

        return owners;
    }

    private Dictionary<int, IReadOnlyList<string>> Marks(IReadOnlyCollection<ProcessEntry> processes, Dictionary<string, ScopeOwner> owners)
    {
        var marks = new Dictionary<int, IReadOnlyList<string>>();
        var unanswered = Mark(processes, marks);

        // In an execve the environment reads empty.
        ThreadPause.For(Execve);
        Mark(unanswered, marks);
        foreach (var (pid, scopes) in marks)
        {
            if (!scopes.Any(owners.ContainsKey) && !platform.Processes.IsOfThisUser(pid))
            {
                marks.Remove(pid);
            }
        }

        return marks;
    }

    private List<ProcessEntry> Mark(IEnumerable<ProcessEntry> processes, Dictionary<int, IReadOnlyList<string>> marks)
    {
        var unanswered = new List<ProcessEntry>();
        foreach (var process in processes)
        {
            var inherited = platform.Marks.ReadInheritedScopes(process.Pid);
            var scopes = inherited is null or [] ? platform.Containers.ScopesOf(process.Pid) : inherited;
            if (scopes.Count > 0)
            {
                marks[process.Pid] = scopes;
            }
            else if (inherited is null)
            {
                unanswered.Add(process);
            }
        }

        return unanswered;
    }

    /// <summary>Its own, or those of the nearest ancestor that has any: a process may have cleared its environment.</summary>
    private static IReadOnlyList<string> ScopesOf(ProcessEntry process, Dictionary<int, ProcessEntry> living, Dictionary<int, IReadOnlyList<string>> marks)
    {
        // A snapshot is not of one moment: its parents may make a circle.
        for (var seen = new HashSet<int>(); seen.Add(process.Pid);)
        {
            if (marks.TryGetValue(process.Pid, out var scopes))
            {
                return scopes;
            }

            if (!living.TryGetValue(process.ParentPid, out process))
            {
                break;
            }
        }

        return [];
    }

    private bool IsStillThere(ProcessEntry process) =>
        platform.Processes.TryRead(process.Pid, out var now) == ReadOutcome.Read && now.Identity == process.Identity && !now.IsGone;
}
