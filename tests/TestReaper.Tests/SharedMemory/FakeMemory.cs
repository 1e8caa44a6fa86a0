using TestReaper.Platform;

namespace TestReaper.Tests.SharedMemory;

/// <summary>Shared memory whose objects are entries of a list. It records which processes are read.</summary>
internal sealed class FakeMemory : ISharedMemory
{
    public List<SharedMemoryObject> Objects { get; } = [];

    /// <summary>The objects that each process uses. Null means that the process cannot be read.</summary>
    public Dictionary<int, List<SharedMemoryKey>?> Uses { get; } = [];

    /// <summary>The pids whose memory maps were read, one entry for each read.</summary>
    public List<int> Readings { get; } = [];

    public SharedMemoryKey Add(ulong id, DateTimeOffset? born = null, int? creator = null, SharedMemoryKind kind = SharedMemoryKind.Posix)
    {
        var key = new SharedMemoryKey(kind, kind == SharedMemoryKind.Posix ? $"/dev/shm/object-{id}" : "", id);
        Objects.Add(new SharedMemoryObject(key, 4096, 0, born ?? DateTimeOffset.UtcNow, creator));
        return key;
    }

    public IReadOnlyList<SharedMemoryKey> List() => [.. Objects.Select(item => item.Key)];

    public SharedMemoryObject? Describe(SharedMemoryKey key) => Objects.Find(item => item.Key == key);

    public IReadOnlyList<SharedMemoryKey>? FindUsed(int pid, IReadOnlyCollection<SharedMemoryKey> wanted)
    {
        Readings.Add(pid);
        return Uses.TryGetValue(pid, out var used) ? used is null ? null : [.. wanted.Where(used.Contains)] : [];
    }

    public IReadOnlyList<SharedMemoryObject> ListUnattached() =>
        [.. Objects.Where(item => item.Key.Kind == SharedMemoryKind.SystemV && !Uses.Values.Any(used => used?.Contains(item.Key) == true))];

    public void OnAppeared(Action appeared) => throw new NotSupportedException();

    /// <summary>What comes of an attempt to remove an object.</summary>
    public Func<SharedMemoryOutcome> Removal { get; set; } = () => throw new NotSupportedException();

    public SharedMemoryRemoval Remove(SharedMemoryObject item) => new(Removal());
}
