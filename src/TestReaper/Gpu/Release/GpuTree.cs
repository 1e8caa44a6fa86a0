using TestReaper.Platform;
using TestReaper.Processes;

namespace TestReaper.Gpu.Release;

/// <summary>
/// All processes of a tree that were ever known, for a comparison with the pids that a driver lists. The driver may list a process that
/// has no entry in /proc any more, so a pid of the tree counts as the tree's until another living process has it.
/// </summary>
internal sealed class GpuTree(IProcessPlatform platform)
{
    private const int MaxCommandLine = 80;
    private readonly HashSet<ProcessIdentity> _identities = [];
    private readonly Dictionary<int, string> _commandLines = [];

    public void Add(IEnumerable<TreeMember> members)
    {
        foreach (var member in members)
        {
            Add(member.Identity, member.CommandLine);
        }
    }

    public void Add(ProcessIdentity identity, string commandLine)
    {
        _identities.Add(identity);
        var known = _commandLines.GetValueOrDefault(identity.Pid, "");
        _commandLines[identity.Pid] = commandLine.Length > 0 ? commandLine : known;
    }

    public bool Contains(int pid) => _commandLines.ContainsKey(pid) && !IsReused(pid);

    /// <summary>A process in words, of the tree or outside of it.</summary>
    public string Describe(int pid)
    {
        var name = Contains(pid) ? _commandLines[pid] : platform.Processes.ShortName(pid);
        name = name is { Length: > MaxCommandLine } ? name[..MaxCommandLine] + "..." : name;
        return string.IsNullOrEmpty(name) ? $"process {pid}" : $"process {pid} ({name})";
    }

    private bool IsReused(int pid) =>
        platform.Processes.TryRead(pid, out var entry) == ReadOutcome.Read && !entry.IsGone && !_identities.Contains(entry.Identity);
}
