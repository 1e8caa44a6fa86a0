using System.Buffers.Binary;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>One child for waitid(2), by its pidfd if possible: a pid that other code has freed may belong to another child.</summary>
internal sealed class WaitTarget(int pid, SafeHandle? pidfd)
{
    internal const int Peek = Exited | NoWait, PeekNow = Peek | NoHang, CollectNow = Exited | NoHang, CollectAtEnd = Exited;
    private const int ByPid = 1, ByPidfd = 3, NoHang = 1, Exited = 4, NoWait = 0x1000000;
    private const int SigInfoSize = 128, CodeOffset = 8, PidOffset = 16, StatusOffset = 24, NormalExit = 1;

    /// <returns>How it ended; null while it runs. An unknown code if it cannot be waited for: other code has collected it.</returns>
    internal ExitStatus? Wait(int options)
    {
        Span<byte> info = stackalloc byte[SigInfoSize];
        int error;
        do
        {
            info.Clear();
            error = Call(info, options);
        }
        while (error == Errno.EINTR);

        var status = BinaryPrimitives.ReadInt32LittleEndian(info[StatusOffset..]);
        return error != 0 ? new ExitStatus(null, null)
            : BinaryPrimitives.ReadInt32LittleEndian(info[PidOffset..]) == 0 ? null
            : BinaryPrimitives.ReadInt32LittleEndian(info[CodeOffset..]) == NormalExit ? new ExitStatus(status, null)
            : new ExitStatus(128 + status, status);
    }

    private int Call(Span<byte> info, int options)
    {
        if (pidfd is { IsClosed: false })
        {
            // EINVAL: Linux before 5.4.
            var error = Errno.Of(LibC.waitid(ByPidfd, (int)pidfd.DangerousGetHandle(), info, options));
            if (error != Errno.EINVAL)
            {
                return error;
            }
        }

        return Errno.Of(LibC.waitid(ByPid, pid, info, options));
    }
}
