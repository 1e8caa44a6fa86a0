using System.Buffers;
using System.Buffers.Text;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Reads files below <c>/proc/PID</c> with raw system calls: the File API takes seven times as long.</summary>
internal static class ProcFile
{
    private const int DefaultLimit = 4 * 1024 * 1024;

    /// <summary>
    /// Reads into <paramref name="buffer"/>; the rest is left out. <paramref name="directory"/> is a descriptor of <c>/proc</c>, or -1 for
    /// the absolute path.
    /// </summary>
    internal static ReadOutcome Read(int directory, int pid, ReadOnlySpan<byte> name, Span<byte> buffer, out int length)
    {
        length = 0;
        using var file = new Descriptor(Open(directory, pid, name));
        var count = file.IsOpen ? 0 : -1;
        while (file.IsOpen && length < buffer.Length && (count = Descriptor.Read(file.Number, buffer[length..])) > 0)
        {
            length += count;
        }

        return count >= 0 ? ReadOutcome.Read : Meaning(Marshal.GetLastPInvokeError());
    }

    /// <summary>Reads all of a file whose size is not known, up to <paramref name="limit"/> bytes; null if it cannot be read.</summary>
    internal static byte[]? ReadAll(int pid, ReadOnlySpan<byte> name, int limit = DefaultLimit)
    {
        for (var size = 16 * 1024; ; size *= 8)
        {
            var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(size, limit));
            try
            {
                if (Read(-1, pid, name, buffer, out var length) != ReadOutcome.Read)
                {
                    return null;
                }

                if (length < buffer.Length || buffer.Length >= limit)
                {
                    return buffer.AsSpan(0, length).ToArray();
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
            }
        }
    }

    /// <summary>Like <see cref="ReadAll"/>, as text.</summary>
    internal static string? ReadText(int pid, ReadOnlySpan<byte> name, int limit = DefaultLimit) =>
        ReadAll(pid, name, limit) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    private static int Open(int directory, int pid, ReadOnlySpan<byte> name)
    {
        Span<byte> path = stackalloc byte[64];
        var position = 0;
        if (directory < 0)
        {
            "/proc/"u8.CopyTo(path);
            position = "/proc/"u8.Length;
        }

        Utf8Formatter.TryFormat(pid, path[position..], out var digits);
        position += digits;
        path[position++] = (byte)'/';
        name.CopyTo(path[position..]);
        path[position + name.Length] = 0;
        return LibC.openat(directory, path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec, 0);
    }

    /// <summary>ENOENT: gone before the open, or hidden. ESRCH: gone between open and read.</summary>
    internal static ReadOutcome Meaning(int error) => error switch
    {
        Errno.ENOENT or Errno.ESRCH => ReadOutcome.Absent,
        Errno.EMFILE or Errno.ENFILE or Errno.ENOMEM => ReadOutcome.OutOfResources,
        _ => ReadOutcome.Unreadable,
    };
}
