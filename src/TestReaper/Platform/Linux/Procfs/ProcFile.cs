using System.Buffers;
using System.Buffers.Text;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Procfs;

/// <summary>Reads files below <c>/proc/PID</c> with raw system calls: the File API takes seven times as long.</summary>
internal static unsafe class ProcFile
{
    /// <summary>Reads into <paramref name="buffer"/>; the rest is left out.</summary>
    /// <param name="directory">A descriptor of <c>/proc</c>, or -1 to use the absolute path.</param>
    /// <param name="pid">The process.</param>
    /// <param name="name">The file's name, such as <c>stat</c>, as UTF-8.</param>
    /// <param name="buffer">Receives the content.</param>
    /// <param name="length">How many bytes were read.</param>
    internal static ReadOutcome Read(int directory, int pid, ReadOnlySpan<byte> name, Span<byte> buffer, out int length)
    {
        length = 0;
        var fd = Open(directory, pid, name);
        if (fd < 0)
        {
            return Meaning(Marshal.GetLastPInvokeError());
        }

        try
        {
            fixed (byte* start = buffer)
            {
                while (length < buffer.Length)
                {
                    var count = LibC.read(fd, start + length, (nuint)(buffer.Length - length));
                    if (count == 0)
                    {
                        break;
                    }

                    if (count < 0)
                    {
                        var error = Marshal.GetLastPInvokeError();
                        if (error == Errno.EINTR)
                        {
                            continue;
                        }

                        return Meaning(error);
                    }

                    length += (int)count;
                }
            }

            return ReadOutcome.Read;
        }
        finally
        {
            _ = LibC.close(fd);
        }
    }

    /// <summary>Reads all of a file whose size is not known, up to <paramref name="limit"/> bytes; null if it cannot be read.</summary>
    internal static byte[]? ReadAll(int pid, ReadOnlySpan<byte> name, int limit = 4 * 1024 * 1024)
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

    private static int Open(int directory, int pid, ReadOnlySpan<byte> name)
    {
        var path = stackalloc byte[64];
        var span = new Span<byte>(path, 64);
        var position = 0;
        if (directory < 0)
        {
            "/proc/"u8.CopyTo(span);
            position = "/proc/"u8.Length;
        }

        Utf8Formatter.TryFormat(pid, span[position..], out var digits);
        position += digits;
        span[position++] = (byte)'/';
        name.CopyTo(span[position..]);
        span[position + name.Length] = 0;
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
