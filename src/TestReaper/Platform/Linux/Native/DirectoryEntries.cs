namespace TestReaper.Platform.Linux.Native;

/// <summary>Reads the entries of an open directory by getdents64(2), with their names as raw bytes.</summary>
internal static unsafe class DirectoryEntries
{
    private const int HeaderSize = 19;

    /// <summary>Gets a name with the zero byte at its end, valid during the call; the type is 0 if the file system does not say.</summary>
    internal delegate void Visitor(ReadOnlySpan<byte> name, byte type, ulong inode);

    /// <summary>Also visits <c>.</c> and <c>..</c>. The visitor may remove the entry. Each call of the system fills one buffer.</summary>
    /// <returns>False if it cannot be read; then the last error of the system says why. A removed directory has no entries.</returns>
    internal static bool Read(int directory, Visitor visit, int bufferSize = 32 * 1024)
    {
        var buffer = stackalloc byte[bufferSize];
        nint count;
        while ((count = LibC.syscall(SystemCall.GetDents64, directory, (nint)buffer, bufferSize, 0)) > 0)
        {
            // struct linux_dirent64: u64 inode, s64 offset, u16 record length, u8 type, name.
            for (nint offset = 0; offset < count;)
            {
                var record = buffer + offset;
                offset += *(ushort*)(record + 16);
                var length = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(record + HeaderSize).Length;
                visit(new ReadOnlySpan<byte>(record + HeaderSize, length + 1), record[18], *(ulong*)record);
            }
        }

        return count == 0 || Marshal.GetLastPInvokeError() == Errno.ENOENT;
    }
}
