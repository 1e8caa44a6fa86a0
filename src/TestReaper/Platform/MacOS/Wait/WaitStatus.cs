using System.Buffers.Binary;
using TestReaper.Platform.MacOS.Native;

namespace TestReaper.Platform.MacOS.Wait;

/// <summary>How a process ended: by waitid(2) for a child, or from a status of wait(2).</summary>
internal static class WaitStatus
{
    internal const int PeekNow = Exited | NoHang | NoWait, CollectNow = Exited | NoHang, CollectAtEnd = Exited;
    private const int NoHang = 1, Exited = 4, NoWait = 0x20, ByPid = 1;
    private const int InfoSize = 104, CodeOffset = 8, PidOffset = 12, StatusOffset = 20, NormalExit = 1;

    /// <summary>A pure function of a status of wait(2).</summary>
    internal static ExitStatus Parse(int status) =>
        (status & 0x7F) is var signal and not 0 ? new ExitStatus(128 + signal, signal) : new ExitStatus((status >> 8) & 0xFF, null);

    /// <summary>A pure function of siginfo_t of waitid(2); null if no child has exited.</summary>
    internal static ExitStatus? ParseInfo(ReadOnlySpan<byte> info)
    {
        var status = BinaryPrimitives.ReadInt32LittleEndian(info[StatusOffset..]) & 0xFF;
        return BinaryPrimitives.ReadInt32LittleEndian(info[PidOffset..]) == 0 ? null
            : BinaryPrimitives.ReadInt32LittleEndian(info[CodeOffset..]) == NormalExit ? new ExitStatus(status, null)
            : new ExitStatus(128 + status, status);
    }

    /// <returns>How a child ended; null while it runs. An unknown code if it cannot be waited for: other code has collected it.</returns>
    internal static ExitStatus? Of(int child, int options)
    {
        Span<byte> info = stackalloc byte[InfoSize];
        int error;
        do
        {
            // The kernel leaves the buffer as it is while the child runs.
            info.Clear();
            error = Errno.Of(LibSystem.waitid(ByPid, child, info, options));
        }
        while (error == Errno.EINTR);

        return error == 0 ? ParseInfo(info) : new ExitStatus(null, null);
    }
}
