namespace TestReaper.Platform;

/// <summary>The processes visible at one moment, and the pids that were listed but could not be read.</summary>
internal sealed class ProcessSnapshot
{
    private readonly Dictionary<int, int> _indexByPid = [];
    private readonly List<ProcessEntry> _entries = [];
    private readonly List<ulong> _inodes = [];
    private readonly HashSet<int> _unread = [];

    public IReadOnlyList<ProcessEntry> Entries => _entries;

    /// <summary>The entries that were read now. The others are from the cache of unrelated processes.</summary>
    public List<ProcessEntry> Fresh { get; } = [];

    /// <summary>The indexes of <see cref="Fresh"/> among <see cref="Entries"/>.</summary>
    public List<int> FreshIndexes { get; } = [];

    public IReadOnlyCollection<int> Unread => _unread;

    /// <summary>Whether several trees use it: then it does not change any more.</summary>
    public bool IsShared { get; init; }

    /// <summary>Whether processes were left out because this process had no descriptors or memory to read them.</summary>
    public bool IsIncomplete { get; set; }

    /// <summary>Reads all visible processes.</summary>
    public static ProcessSnapshot Of(IProcessPlatform platform)
    {
        var snapshot = new ProcessSnapshot();
        platform.Processes.Capture(snapshot);
        return snapshot;
    }

    public void Clear()
    {
        IsIncomplete = false;
        _indexByPid.Clear();
        _entries.Clear();
        _inodes.Clear();
        _unread.Clear();
        Fresh.Clear();
        FreshIndexes.Clear();
    }

    /// <param name="entry">A process.</param>
    /// <param name="inode">The number of its directory entry, by which the cache recognizes it; 0 if it has none.</param>
    /// <param name="isFresh">Whether it was read now, or is known to be unchanged.</param>
    public void Add(ProcessEntry entry, ulong inode = 0, bool isFresh = true)
    {
        if (isFresh)
        {
            Fresh.Add(entry);
            FreshIndexes.Add(_entries.Count);
        }

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
