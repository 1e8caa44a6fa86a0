using TestReaper.Platform.Linux.Files;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.SharedMemory;

/// <summary>System V segments (shmget(2)), from /proc/sysvipc/shm, with creator and number of attachments.</summary>
internal static unsafe class SystemVMemory
{
    private const int RemoveId = 0;

    // SHM_DEST: it is already removed, and disappears with its last attachment.
    private const int Doomed = 0x200;

    internal static IEnumerable<SharedMemoryKey> List() => Read().Select(static line => line.Item.Key);

    internal static SharedMemoryObject? Describe(SharedMemoryKey key) => Read().Find(line => line.Item.Key == key)?.Item;

    internal static IReadOnlyList<SharedMemoryObject> ListUnattached() =>
        [.. Read().Where(static line => line.Attached == 0 && line.Item.UserId == LibC.geteuid()).Select(static line => line.Item)];

    internal static SharedMemoryRemoval Remove(SharedMemoryObject item)
    {
        if (Read().Find(line => line.Item.IsSameAs(item)) is not { } line)
        {
            return new(SharedMemoryOutcome.Gone);
        }

        if (LibC.geteuid() is not 0 and var user && user != line.Item.UserId)
        {
            return new(SharedMemoryOutcome.Refused, $"it belongs to the user {line.Item.UserId}");
        }

        if (line.Attached > 0)
        {
            return new(SharedMemoryOutcome.InUse);
        }

        // If a process attaches it at this moment, the kernel removes it when that process detaches.
        return LibC.shmctl((int)item.Key.Id, RemoveId, null) == 0
            ? new(SharedMemoryOutcome.Removed)
            : new(SharedMemoryOutcome.Refused, $"it cannot be removed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>A pure function: one line of the table; null for the header and for a segment that is already removed.</summary>
    internal static SystemVLine? Parse(string line)
    {
        // key shmid perms size cpid lpid nattch uid gid cuid cgid atime dtime ctime ...
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 14
            || !TryParse(fields[1], out var id) || !TryParse(fields[3], out var size) || !TryParse(fields[4], out var creator)
            || !TryParse(fields[6], out var attached) || !TryParse(fields[7], out var user) || !TryParse(fields[13], out var changed)
            || (Octal(fields[2]) & Doomed) != 0)
        {
            return null;
        }

        var key = new SharedMemoryKey(SharedMemoryKind.SystemV, "", (ulong)id);
        var born = DateTimeOffset.FromUnixTimeSeconds(changed);
        return new SystemVLine(new SharedMemoryObject(key, size, (uint)user, born, creator > 0 ? (int)creator : null), attached);
    }

    // A kernel without System V IPC does not have the file.
    private static List<SystemVLine> Read() =>
        [.. (KernelText.ReadLines("/proc/sysvipc/shm") ?? []).Select(Parse).OfType<SystemVLine>()];

    private static int Octal(string text) => text.All(digit => digit is >= '0' and <= '7') ? Convert.ToInt32(text, 8) : 0;

    private static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

/// <param name="Item">The segment.</param>
/// <param name="Attached">How many attachments it has, of processes of all users.</param>
internal sealed record SystemVLine(SharedMemoryObject Item, long Attached);
