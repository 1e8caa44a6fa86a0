namespace TestReaper.Platform.Linux.SharedMemory;

/// <summary>
/// Files of the memory file systems on /dev/shm and /dev/mqueue, and System V segments. Objects of another mount or IPC namespace are not
/// visible, so they are never removed.
/// </summary>
internal sealed class LinuxSharedMemory : ISharedMemory
{
    private readonly MemoryDirectory[] _directories = [new("/dev/shm"), new("/dev/mqueue")];

    public IReadOnlyList<SharedMemoryKey> List()
    {
        var keys = new List<SharedMemoryKey>();
        foreach (var directory in _directories)
        {
            directory.List(keys);
        }

        keys.AddRange(SystemVMemory.List());
        return keys;
    }

    public SharedMemoryObject? Describe(SharedMemoryKey key) =>
        key.Kind == SharedMemoryKind.SystemV ? SystemVMemory.Describe(key) : MemoryFile.Describe(key);

    public IReadOnlyList<SharedMemoryKey>? FindUsed(int pid, IReadOnlyCollection<SharedMemoryKey> wanted) =>
        SharedMemoryUse.Find(pid, wanted, _directories);

    public IReadOnlyList<SharedMemoryObject> ListUnattached() => SystemVMemory.ListUnattached();

    public void OnAppeared(Action appeared) => MemoryWatch.Add(_directories[0].Prefix, appeared);

    public SharedMemoryRemoval Remove(SharedMemoryObject item) =>
        item.Key.Kind == SharedMemoryKind.SystemV ? SystemVMemory.Remove(item) : MemoryFile.Remove(item);
}
