using System.Buffers.Binary;
using TestReaper.Platform.Windows.Native;

namespace TestReaper.Platform.Windows.Sockets;

/// <summary>A TCP socket and the process that owns it.</summary>
internal readonly record struct OwnedSocket(IPEndPoint Local, int State, int Pid)
{
    private const int Listening = 2, TimeWait = 11;

    public bool IsListener => State == Listening;

    /// <summary>Whether the connection is over, and only its endpoints are reserved for a while.</summary>
    public bool IsOver => State == TimeWait;
}

/// <summary>The TCP sockets of the machine, with their processes (GetExtendedTcpTable).</summary>
/// <remarks>https://learn.microsoft.com/windows/win32/api/iphlpapi/nf-iphlpapi-getextendedtcptable</remarks>
internal static unsafe class TcpOwners
{
    // MIB_TCPROW_OWNER_PID and MIB_TCP6ROW_OWNER_PID, in fields of four bytes.
    private const int RowOfFour = 6, RowOfSix = 14;

    /// <returns>Null if the table cannot be read.</returns>
    public static IReadOnlyList<OwnedSocket>? Read(bool listenersOnly)
    {
        var sockets = new List<OwnedSocket>();
        return Read(IpHelper.InterNetwork, RowOfFour, listenersOnly, ReadFour, sockets)
            && Read(IpHelper.InterNetworkV6, RowOfSix, listenersOnly, ReadSix, sockets)
            ? sockets
            : null;
    }

    private static OwnedSocket ReadFour(ReadOnlySpan<uint> row) =>
        new(new IPEndPoint(new IPAddress(row[1]), PortIn(row[2])), (int)row[0], (int)row[5]);

    private static OwnedSocket ReadSix(ReadOnlySpan<uint> row) => new(
        new IPEndPoint(new IPAddress(MemoryMarshal.AsBytes(row[..4]), scopeid: 0), PortIn(row[5])), (int)row[12], (int)row[13]);

    // The port is in network order in the lower two bytes.
    private static int PortIn(uint field) => BinaryPrimitives.ReverseEndianness((ushort)field);

    private static bool Read(int family, int fields, bool listenersOnly, RowReader read, List<OwnedSocket> sockets)
    {
        uint size = 16 * 1024;
        while (true)
        {
            var buffer = (byte*)NativeMemory.Alloc(size);
            try
            {
                var kind = listenersOnly ? IpHelper.OwnerPidListeners : IpHelper.OwnerPidAll;
                var error = IpHelper.GetExtendedTcpTable(buffer, ref size, ordered: false, family, kind, 0);
                if (error != IpHelper.InsufficientBuffer)
                {
                    for (var i = 0; error == 0 && i < *(int*)buffer; i++)
                    {
                        sockets.Add(read(new ReadOnlySpan<uint>(buffer + sizeof(uint) + (i * fields * sizeof(uint)), fields)));
                    }

                    return error == 0;
                }
            }
            finally
            {
                NativeMemory.Free(buffer);
            }
        }
    }

    private delegate OwnedSocket RowReader(ReadOnlySpan<uint> row);
}
