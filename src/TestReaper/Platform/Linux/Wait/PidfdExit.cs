using TestReaper.Platform.Linux.Native;

namespace TestReaper.Platform.Linux.Wait;

/// <summary>Reads how a process ended from its pidfd, also after it was collected (ioctl PIDFD_GET_INFO, Linux 6.15).</summary>
internal static unsafe class PidfdExit
{
    // _IOWR(0xFF, 11, struct pidfd_info) with the first 64 bytes of the structure: the exit status is the last of them.
    private const nuint GetInfo = 0xC040FF0B;
    private const ulong ExitStatus = 1UL << 3;

    /// <summary>False on an older kernel, which does not keep the status after the process is collected.</summary>
    internal static bool IsAvailable { get; } = Environment.OSVersion.Version >= new Version(6, 15);

    internal static ExitStatus? Read(int pidfd)
    {
        var info = new Info { Mask = ExitStatus };
        return IsAvailable && LibC.ioctl(pidfd, GetInfo, &info) == 0 && (info.Mask & ExitStatus) != 0 ? Meaning(info.Status) : null;
    }

    /// <summary>A pure function of a status of wait(2).</summary>
    internal static ExitStatus Meaning(int status) =>
        (status & 0x7F) is var signal and not 0 ? new ExitStatus(128 + signal, signal) : new ExitStatus((status >> 8) & 0xFF, null);

    [StructLayout(LayoutKind.Explicit, Size = 64)]
    private struct Info
    {
        [FieldOffset(0)]
        internal ulong Mask;

        [FieldOffset(60)]
        internal int Status;
    }
}
