using System.Buffers.Binary;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>One child for waitid(2), by its pidfd if possible: a pid that other code has freed may belong to another child.</summary>
internal sealed unsafe class WaitTarget
{
    internal const int Peek = Exited | NoWait, PeekNow = Peek | NoHang, CollectNow = Exited | NoHang, CollectAtEnd = Exited;
    private const int ByPid = 1, ByPidfd = 3, NoHang = 1, Exited = 4, NoWait = 0x1000000;
    private const int SigInfoSize = 128, CodeOffset = 8, PidOffset = 16, StatusOffset = 24, NormalExit = 1;
    private readonly int _pid;
    private readonly SafeHandle? _pidfd;

    internal WaitTarget(int pid, SafeHandle? pidfd) => (_pid, _pidfd) = (pid, pidfd);

    /// <returns>
    /// How it ended; null while it runs. An unknown code if it cannot be waited for, because other code has collected it.
    /// </returns>
    internal (ExitStatus? Exit, bool IsInterrupted) Wait(int options)
    {
        Span<byte> info = stackalloc byte[SigInfoSize];
        info.Clear();
        fixed (byte* target = info)
        {
            var error = Call(target, options);
            if (error != 0)
            {
                return error == Errno.EINTR ? (null, true) : (new ExitStatus(null, null), false);
            }
        }

        if (BinaryPrimitives.ReadInt32LittleEndian(info[PidOffset..]) == 0)
        {
            return (null, false);
        }

        var status = BinaryPrimitives.ReadInt32LittleEndian(info[StatusOffset..]);
        return (BinaryPrimitives.ReadInt32LittleEndian(info[CodeOffset..]) == NormalExit
            ? new ExitStatus(status, null)
            : new ExitStatus(128 + status, status), false);
    }

    private int Call(byte* info, int options)
    {
        if (_pidfd is { IsClosed: false })
        {
            if (LibC.waitid(ByPidfd, (int)_pidfd.DangerousGetHandle(), info, options) == 0)
            {
                return 0;
            }

            // Linux before 5.4.
            var error = Marshal.GetLastPInvokeError();
            if (error != Errno.EINVAL)
            {
                return error;
            }
        }

        return LibC.waitid(ByPid, _pid, info, options) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
