using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Enumerates <c>/proc</c> and reads single processes (proc(5)).</summary>
internal static unsafe class ProcFs
{
    // A stat line is shorter: 52 numbers and a name of at most 64 bytes.
    private const int StatSize = 2048;
    private const int DirentHeader = 19;

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

        var entries = stackalloc byte[ListingSize];
        var size = unrelated is null or { KnowsGoneOnly: true } ? ReadingSize : ListingSize;
        Span<byte> stat = stackalloc byte[StatSize];
        long count;
        while ((count = LibC.syscall3(SystemCall.GetDents64, directory.Number, entries, size)) > 0)
        {
            // struct linux_dirent64: u64 inode, s64 offset, u16 record length, u8 type, name.
            for (long offset = 0; offset < count;)
            {
                var record = entries + offset;
                offset += *(ushort*)(record + 16);
                var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(record + DirentHeader);
                if (name[0] is >= (byte)'1' and <= (byte)'9' && System.Buffers.Text.Utf8Parser.TryParse(name, out int pid, out _))
                {
                    var inode = *(ulong*)record;
                    if (unrelated is not null && unrelated.TryGet(pid, inode, out var known, out var isFresh))
                    {
                        snapshot.Add(known, inode, isFresh);
                    }
                    else
                    {
                        AddProcess(snapshot, directory.Number, pid, inode, stat);
                    }
                }
            }
        }
    }

    internal static ReadOutcome TryRead(int pid, out ProcessEntry entry)
    {
        Span<byte> stat = stackalloc byte[StatSize];
        return TryRead(-1, pid, stat, out entry);
    }

    /// <summary>The pids that are listed now.</summary>
    internal static IEnumerable<int> Pids() => Directory.EnumerateDirectories("/proc")
        .Select(static path => int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, null, out var pid) ? pid : 0)
        .Where(static pid => pid > 0);

    /// <summary>The kernel function the process sleeps in; null where the kernel does not show it.</summary>
    internal static string? WaitChannel(int pid) =>
        BoundedReads.TryRead(pid, "wchan", static pid => ProcFile.ReadText(pid, "wchan"u8), out var text) && text is not ("" or "0")
            ? text
            : null;

    private static void AddProcess(ProcessSnapshot snapshot, int directory, int pid, ulong inode, Span<byte> stat)
    {
        switch (TryRead(directory, pid, stat, out var entry))
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

    private static ReadOutcome TryRead(int directory, int pid, Span<byte> stat, out ProcessEntry entry)
    {
        entry = default;
        var outcome = ProcFile.Read(directory, pid, "stat"u8, stat, out var length);
        return outcome == ReadOutcome.Read && !ProcStat.TryParse(stat[..length], out entry) ? ReadOutcome.Unreadable : outcome;
    }
}
