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
        var directory = LibC.open("/proc", OpenFlags.ReadOnly | OpenFlags.Directory | OpenFlags.CloseOnExec, 0);
        if (directory < 0)
        {
            throw new IOException($"/proc cannot be opened (errno {Marshal.GetLastPInvokeError()}). TestReaper needs a mounted procfs.");
        }

        try
        {
            var entries = stackalloc byte[ListingSize];
            var size = unrelated is null or { KnowsGoneOnly: true } ? ReadingSize : ListingSize;
            Span<byte> stat = stackalloc byte[StatSize];
            long count;
            while ((count = LibC.syscall3(SystemCall.GetDents64, directory, entries, size)) > 0)
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
                            AddProcess(snapshot, directory, pid, inode, stat);
                        }
                    }
                }
            }
        }
        finally
        {
            _ = LibC.close(directory);
        }
    }

    internal static ReadOutcome TryRead(int pid, out ProcessEntry entry)
    {
        Span<byte> stat = stackalloc byte[StatSize];
        return TryRead(-1, pid, stat, out entry);
    }

    internal static string CommandLine(int pid) =>
        BoundedReads.TryRead(pid, BoundedReads.Memory, static pid => ReadCommandLine(pid), out var line) && line.Length > 0
            ? line.Replace('\0', ' ')
            : Name(pid);

    /// <summary>
    /// The command lines of many processes, with a NUL between two arguments; null for one that gave no answer in time.
    /// </summary>
    internal static string?[] CommandLines(IReadOnlyList<int> pids, TimeSpan? stallBudget)
    {
        var reads = BoundedReads.ReadEach(pids, BoundedReads.Memory, static pid => ReadCommandLine(pid), stallBudget);
        var lines = new string?[pids.Count];
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = reads.TryGet(i, out var line) ? line.Length > 0 ? line : Name(pids[i]) : null;
        }

        return lines;
    }

    private static string ReadCommandLine(int pid)
    {
        // Most fit on the stack.
        Span<byte> buffer = stackalloc byte[2048];
        ReadOnlySpan<byte> text = ProcFile.Read(-1, pid, "cmdline"u8, buffer, out var length) == ReadOutcome.Read ? buffer[..length] : [];
        if (length == buffer.Length)
        {
            text = ProcFile.ReadAll(pid, "cmdline"u8, 64 * 1024);
        }

        return text.Length > 0 ? Encoding.UTF8.GetString(text.TrimEnd((byte)0)) : "";
    }

    // A zombie or a kernel thread has no command line; ps(1) shows its name in brackets. Reading it does not block.
    internal static string Name(int pid) =>
        ProcFile.ReadAll(pid, "comm"u8, 256) is { } name ? $"[{Encoding.UTF8.GetString(name).TrimEnd('\n')}]" : "";

    /// <summary>The kernel function the process sleeps in; null where the kernel does not show it.</summary>
    internal static string? WaitChannel(int pid) =>
        BoundedReads.TryRead(pid, "wchan", static pid => ProcFile.ReadAll(pid, "wchan"u8, 256), out var text)
        && text is not (null or [] or [(byte)'0'])
            ? Encoding.UTF8.GetString(text)
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
        if (outcome != ReadOutcome.Read)
        {
            return outcome;
        }

        return ProcStat.TryParse(stat[..length], out entry) ? ReadOutcome.Read : ReadOutcome.Unreadable;
    }
}
