namespace TestReaper.Processes;

/// <summary>All processes visible at one moment, and the pids that were listed but died before they could be read.</summary>
internal sealed class ProcessSnapshot
{
    private readonly Dictionary<int, int> _indexByPid = [];
    private readonly List<ProcessEntry> _entries = [];
    private readonly List<int> _unread = [];

    public IReadOnlyList<ProcessEntry> Entries => _entries;

    public IReadOnlyList<int> Unread => _unread;

    public void Clear()
    {
        _indexByPid.Clear();
        _entries.Clear();
        _unread.Clear();
    }

    public void Add(ProcessEntry entry)
    {
        _indexByPid[entry.Pid] = _entries.Count;
        _entries.Add(entry);
    }

    public void AddUnread(int pid) => _unread.Add(pid);

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
