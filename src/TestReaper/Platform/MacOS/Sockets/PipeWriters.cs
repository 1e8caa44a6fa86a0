using System.Buffers.Binary;
using TestReaper.Platform.MacOS.Native;
using TestReaper.Platform.MacOS.Processes;

namespace TestReaper.Platform.MacOS.Sockets;

/// <summary>Finds the processes that have the write end of a pipe open (PROC_PIDFDPIPEINFO: struct pipe_fdinfo).</summary>
/// <remarks>Each end has a number, and knows the number of the other end.</remarks>
internal static unsafe class PipeWriters
{
    internal const int InfoSize = 184;
    private const int PipeInfo = 6, EndOffset = 160, OtherEndOffset = 168;

    /// <summary>The processes of this user that can write to a pipe whose read end this process has open.</summary>
    internal static IReadOnlyList<int> Of(int readEnd) =>
        TryRead(Environment.ProcessId, readEnd) is { Other: not 0 } own
            ? [.. (ProcessList.Pids() ?? []).Where(pid => Holds(pid, own.Other))]
            : [];

    /// <summary>A pure function of struct pipe_fdinfo.</summary>
    internal static (ulong End, ulong Other) Parse(ReadOnlySpan<byte> info) => (
        BinaryPrimitives.ReadUInt64LittleEndian(info[EndOffset..]), BinaryPrimitives.ReadUInt64LittleEndian(info[OtherEndOffset..]));

    private static bool Holds(int pid, ulong end) =>
        Array.Exists(DescriptorList.Of(pid, DescriptorList.PipeType) ?? [], number => TryRead(pid, number)?.End == end);

    private static (ulong End, ulong Other)? TryRead(int pid, int number)
    {
        var info = stackalloc byte[InfoSize];
        return LibSystem.proc_pidfdinfo(pid, number, PipeInfo, info, InfoSize) == InfoSize
            ? Parse(new ReadOnlySpan<byte>(info, InfoSize))
            : null;
    }
}
