using System.Buffers.Binary;

namespace TestReaper.Platform.MacOS.Processes;

/// <summary>What the BSD layer of the kernel knows of a process: struct proc_bsdinfo, or struct kinfo_proc.</summary>
/// <param name="Identity">The start time counts microseconds since 1970.</param>
/// <param name="ParentPid">The pid of its parent.</param>
/// <param name="GroupId">Its process group.</param>
/// <param name="Status">The value of p_stat (bsd/sys/proc.h).</param>
/// <param name="ExitStatus">The status of wait(2), valid for a zombie.</param>
/// <param name="UserId">The effective user.</param>
/// <param name="ForegroundGroup">The group in the foreground of its terminal; 0 without a terminal, or if it was not read.</param>
/// <param name="Name">The name of its program, cut off after 31 or 16 bytes.</param>
/// <remarks>
/// https://github.com/apple-oss-distributions/xnu/blob/main/bsd/sys/proc_info.h,
/// https://github.com/apple-oss-distributions/xnu/blob/main/bsd/sys/sysctl.h
/// </remarks>
internal readonly record struct BsdProcess(
    ProcessIdentity Identity, int ParentPid, int GroupId, uint Status, int ExitStatus, uint UserId, int ForegroundGroup, string Name)
{
    internal const int InfoSize = 136, KernelInfoSize = 648;
    private const uint Stopped = 4, Zombie = 5;
    private const int NameSize = 16, LongNameSize = 32;

    internal bool IsZombie => Status == Zombie;

    /// <summary>The letter of proc_pid_stat(5). The BSD layer does not distinguish a running process from a sleeping one.</summary>
    internal char StateOf(bool runs) => Status switch
    {
        Zombie => 'Z',
        Stopped => 'T',
        _ => runs ? 'R' : 'S',
    };

    /// <summary>A pure function of struct proc_bsdinfo.</summary>
    internal static BsdProcess FromInfo(ReadOnlySpan<byte> info) => new(
        new ProcessIdentity(Int(info, 12), ToStartTime(Long(info, 120), Long(info, 128))),
        Int(info, 16),
        Int(info, 100),
        (uint)Int(info, 4),
        Int(info, 8),
        (uint)Int(info, 20),
        Int(info, 112),
        Text(info.Slice(64, LongNameSize)) is { Length: > 0 } name ? name : Text(info.Slice(48, NameSize)));

    /// <summary>A pure function of struct kinfo_proc on a 64-bit system.</summary>
    internal static BsdProcess FromKernelInfo(ReadOnlySpan<byte> info) => new(
        new ProcessIdentity(Int(info, 40), ToStartTime(Long(info, 0), Int(info, 8))),
        Int(info, 560),
        Int(info, 564),
        info[36],
        BinaryPrimitives.ReadUInt16LittleEndian(info[280..]),
        (uint)Int(info, 420),
        0,
        Text(info.Slice(243, NameSize + 1)));

    private static ulong ToStartTime(long seconds, long microseconds) => ((ulong)seconds * 1_000_000) + (ulong)microseconds;

    private static int Int(ReadOnlySpan<byte> info, int offset) => BinaryPrimitives.ReadInt32LittleEndian(info[offset..]);

    private static long Long(ReadOnlySpan<byte> info, int offset) => BinaryPrimitives.ReadInt64LittleEndian(info[offset..]);

    private static string Text(ReadOnlySpan<byte> field) =>
        Encoding.UTF8.GetString(field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field);
}
