using System.Buffers.Text;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Enumerates <c>/proc</c> and reads single processes (proc(5)).</summary>
internal static class ProcFs
{
    // A stat line is shorter: 52 numbers and a name of at most 64 bytes.
    private const int StatSize = 2048;

    // Small, so that few processes die between the listing and the read. Larger if most processes are not read.
    private const int ReadingSize = 256, ListingSize = 4 * 1024;

    internal static void Capture(ProcessSnapshot snapshot, UnrelatedProcessCache? unrelated = null)
    {
        snapshot.Clear();
        using var directory = new Descriptor(LibC.open("/proc", OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec, 0));
        if (!directory.IsOpen)
        {
            throw new IOException($"/proc cannot be opened (errno {Marshal.GetLastPInvokeError()}). TestReaper needs a mounted procfs.");
        }

        var descriptor = directory.Number;
        _ = DirectoryEntries.Read(
            descriptor,
            (name, type, inode) =>
            {
                if (name[0] is < (byte)'1' or > (byte)'9' || !Utf8Parser.TryParse(name, out int pid, out _))
                {
                    return;
                }

                if (unrelated is not null && unrelated.TryGet(pid, inode, out var known, out var isFresh))
                {
                    snapshot.Add(known, inode, isFresh);
                }
                else
                {
                    AddProcess(snapshot, descriptor, pid, inode);
                }
            },
            unrelated is null or { KnowsGoneOnly: true } ? ReadingSize : ListingSize);
    }

    internal static ReadOutcome TryRead(int pid, out ProcessEntry entry) => TryRead(-1, pid, out entry);

    /// <summary>The pids that are listed now.</summary>
    internal static IEnumerable<int> Pids() => Directory.EnumerateDirectories("/proc")
        .Select(static path => int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, null, out var pid) ? pid : 0)
        .Where(static pid => pid > 0);

    /// <summary>The kernel function the process sleeps in; null where the kernel does not show it.</summary>
    internal static string? WaitChannel(int pid) =>
        BoundedReads.Read(pid, "wchan", static pid => ProcFile.ReadText(pid, "wchan"u8)) is var text and not ("" or "0") ? text : null;

    private static void AddProcess(ProcessSnapshot snapshot, int directory, int pid, ulong inode)
    {
        switch (TryRead(directory, pid, out var entry))
        {
            case ReadOutcome.Read:
                snapshot.Add(entry, inode);
                break;
            case ReadOutcome.OutOfResources:
                snapshot.IsIncomplete = true;
                break;
            default:
                snapshot.AddUnread(pid);
                break;
        }
    }

    private static ReadOutcome TryRead(int directory, int pid, out ProcessEntry entry)
    {
        entry = default;
        Span<byte> stat = stackalloc byte[StatSize];
        var outcome = ProcFile.Read(directory, pid, "stat"u8, stat, out var length);
        return outcome == ReadOutcome.Read && !ProcStat.TryParse(stat[..length], out entry) ? ReadOutcome.Unreadable : outcome;
    }
}
