using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Sockets;

/// <summary>The open descriptors of a process (PROC_PIDLISTFDS: struct proc_fdinfo).</summary>
internal static unsafe class DescriptorList
{
    internal const int SocketType = 2, PipeType = 6;
    private const int ListDescriptors = 1, EntrySize = 8, Slack = 32;

    /// <summary>The numbers of the descriptors of one type; null if they cannot be read.</summary>
    internal static int[]? Of(int pid, int type)
    {
        // Without a buffer the call returns the size that is needed, with some room.
        var size = LibSystem.proc_pidinfo(pid, ListDescriptors, 0, null, 0);
        if (size <= 0)
        {
            return null;
        }

        var entries = new int[(size / sizeof(int)) + Slack];
        fixed (int* buffer = entries)
        {
            var length = LibSystem.proc_pidinfo(pid, ListDescriptors, 0, buffer, entries.Length * sizeof(int));
            return length <= 0 ? null : Select(entries.AsSpan(0, length / sizeof(int)), type);
        }
    }

    /// <summary>A pure function of the list: a number and a type for each descriptor.</summary>
    internal static int[] Select(ReadOnlySpan<int> entries, int type)
    {
        const int Fields = EntrySize / sizeof(int);
        var numbers = new List<int>();
        for (var i = 0; i + 1 < entries.Length; i += Fields)
        {
            if (entries[i + 1] == type)
            {
                numbers.Add(entries[i]);
            }
        }

        return [.. numbers];
    }
}
