using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Files;

/// <summary>flock(2) on a file: held by this process alone, released by the kernel however the process ends.</summary>
internal sealed unsafe class FileLock : IFileLock
{
    private const int Exclusive = 2, NonBlocking = 4;
    private const uint OwnerOnly = 0x180; // 0600
    private const int OfDescriptor = 0x1000, StatxSize = 256, LinkCountOffset = 16;
    private const uint LinkCount = 0x4;
    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file)
    {
        _file = file;
        HostDescriptors.Add(file);
    }

    internal static FileLock? TryTake(string path)
    {
        while (true)
        {
            var file = Open(path, OpenFlags.ReadWrite | OpenFlags.Create);
            var fd = (int)file.DangerousGetHandle();
            var isTaken = LibC.flock(fd, Exclusive | NonBlocking) == 0;
            if (isTaken && HasName(fd))
            {
                return new FileLock(file);
            }

            file.Dispose();
            if (!isTaken)
            {
                return null;
            }

            // Whoever had it has deleted the file meanwhile: a lock on that keeps nobody away.
        }
    }

    internal static FileStream OpenUnlocked(string path) => new(Open(path, OpenFlags.ReadOnly), FileAccess.Read, bufferSize: 0);

    public Stream OpenContent()
    {
        // By the same descriptor: opening the file again would take a lock of the runtime's, which this one refuses.
        var file = new FileStream(new SafeFileHandle(_file.DangerousGetHandle(), ownsHandle: false), FileAccess.ReadWrite, bufferSize: 0);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    public void Dispose() => _file.Dispose();

    private static bool HasName(int fd)
    {
        Span<byte> buffer = stackalloc byte[StatxSize];
        fixed (byte* target = buffer)
        {
            return LibC.statx(fd, "", OfDescriptor, LinkCount, target) != 0 || MemoryMarshal.Read<uint>(buffer[LinkCountOffset..]) > 0;
        }
    }

    private static SafeFileHandle Open(string path, int flags)
    {
        var fd = LibC.open(path, flags | OpenFlags.NoFollow | OpenFlags.CloseOnExec, OwnerOnly);
        return fd >= 0
            ? new SafeFileHandle(fd, ownsHandle: true)
            : throw new IOException($"'{path}' cannot be opened (errno {Marshal.GetLastPInvokeError()}).");
    }
}
