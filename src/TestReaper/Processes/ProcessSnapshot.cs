namespace TestReaper.Processes;

/// <summary>All processes visible at one moment, and the pids that were listed but died before they could be read.</summary>
internal sealed class ProcessSnapshot
{
    private readonly Dictionary<int, int> _indexByPid = [];
    private readonly List<ProcessEntry> _entries = [];
    private readonly List<ulong> _inodes = [];
    private readonly HashSet<int> _unread = [];

    public IReadOnlyList<ProcessEntry> Entries => _entries;

    public IReadOnlyCollection<int> Unread => _unread;

    /// <summary>Whether some processes were left out because this one had no resources to look at them.</summary>
    public bool IsIncomplete { get; set; }

    public void Clear()
    {
        IsIncomplete = false;
        _indexByPid.Clear();
        _entries.Clear();
        _inodes.Clear();
        _unread.Clear();
    }

    /// <param name="entry">A process.</param>
    /// <param name="inode">The number of its directory entry, by which it can be recognized; 0 if it has none.</param>
    public void Add(ProcessEntry entry, ulong inode = 0)
    {
        _indexByPid[entry.Pid] = _entries.Count;
        _entries.Add(entry);
        _inodes.Add(inode);
    }

    public ulong InodeAt(int index) => _inodes[index];

    public void AddUnread(int pid) => _unread.Add(pid);

    /// <summary>Whether the pid was listed, read or not.</summary>
    public bool Lists(int pid) => _indexByPid.ContainsKey(pid) || _unread.Contains(pid);

    public bool TryGet(int pid, out ProcessEntry entry)
    {
        if (_indexByPid.TryGetValue(pid, out var index))
        {
            entry = _entries[index];
            return true;
        }

        entry = default;
        return false;
    }

    public bool Contains(ProcessIdentity identity) => TryGet(identity.Pid, out var entry) && entry.Identity == identity;
}
