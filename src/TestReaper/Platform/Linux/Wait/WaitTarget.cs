using System.Buffers.Binary;
using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>One child for waitid(2), by its pidfd if possible: a pid that other code has freed may belong to another child.</summary>
internal sealed class WaitTarget(int pid, SafeHandle? pidfd)
{
    internal const int Peek = Exited | NoWait, PeekNow = Peek | NoHang, CollectNow = Exited | NoHang, CollectAtEnd = Exited;
    private const int ByPid = 1, ByPidfd = 3, NoHang = 1, Exited = 4, NoWait = 0x1000000;
    private const int SigInfoSize = 128, CodeOffset = 8, PidOffset = 16, UsageSize = 144, StatusOffset = 24, NormalExit = 1;

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

    /// <summary>
    /// The CPU time of the exited child with the descendants that were waited for (getrusage(2)); null if it runs or was collected. Only
    /// the system call returns it without collecting. ru_maxrss is of no use: after a vfork it includes the parent's memory.
    /// </summary>
    internal unsafe TimeSpan? ReadCpuTime()
    {
        var info = stackalloc byte[SigInfoSize];
        var usage = stackalloc long[UsageSize / sizeof(long)];
        *(int*)(info + PidOffset) = 0;
        var (type, id) = pidfd is { IsClosed: false } ? (ByPidfd, (int)pidfd.DangerousGetHandle()) : (ByPid, pid);
        return LibC.syscall(SystemCall.WaitId, type, id, info, PeekNow, usage) == 0 && *(int*)(info + PidOffset) != 0
            ? TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3])
            : null;
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
