using System.Buffers.Binary;

namespace TestReaper.Platform.MacOS.Sockets;

/// <summary>A socket of a process: struct socket_fdinfo (bsd/sys/proc_info.h).</summary>
/// <param name="Pid">A process that has it open.</param>
/// <param name="Local">The address of a TCP socket.</param>
/// <param name="UnixPath">The path of a unix socket.</param>
/// <param name="IsListener">Whether listen(2) was called.</param>
/// <param name="IsOver">Whether the connection is over, and only its endpoints are reserved for a while.</param>
/// <param name="IsIPv6Only">Whether a socket on the IPv6 wildcard refuses IPv4.</param>
internal sealed record OpenSocket(int Pid, IPEndPoint? Local, string? UnixPath, bool IsListener, bool IsOver, bool IsIPv6Only)
{
    internal const int InfoSize = 792;
    private const int OptionsOffset = 188, KindOffset = 256, ProtocolOffset = 264;
    private const int PortOffset = ProtocolOffset + 4, FlagsOffset = ProtocolOffset + 16, VersionOffset = ProtocolOffset + 24;
    private const int AddressOffset = ProtocolOffset + 48, StateOffset = ProtocolOffset + 80, PathOffset = ProtocolOffset + 18;
    private const int TcpKind = 2, UnixKind = 3, Accepting = 2, TimeWait = 10, OnlyIPv6 = 0x8000, MaxPath = 104;
    private const byte IPv4 = 1;

    /// <summary>A pure function of struct socket_fdinfo; null for a socket of another kind.</summary>
    internal static OpenSocket? Parse(int pid, ReadOnlySpan<byte> info)
    {
        var isListener = (BinaryPrimitives.ReadInt16LittleEndian(info[OptionsOffset..]) & Accepting) != 0;
        switch (BinaryPrimitives.ReadInt32LittleEndian(info[KindOffset..]))
        {
            case TcpKind:
                return new OpenSocket(
                    pid,
                    EndPointIn(info),
                    null,
                    isListener,
                    BinaryPrimitives.ReadInt32LittleEndian(info[StateOffset..]) == TimeWait,
                    (BinaryPrimitives.ReadInt32LittleEndian(info[FlagsOffset..]) & OnlyIPv6) != 0);
            case UnixKind:
                var path = info.Slice(PathOffset, MaxPath);
                var end = path.IndexOf((byte)0);
                return new OpenSocket(pid, null, Encoding.UTF8.GetString(end < 0 ? path : path[..end]), isListener, false, false);
            default:
                return null;
        }
    }

    /// <summary>Whether a connection to the endpoint can reach it.</summary>
    internal bool Accepts(IPEndPoint endpoint) =>
        IsListener && Local is { } local && new ListeningEndPoint(local, IsIPv6Only).Bound.Any(bound => Covers(bound, endpoint));

    /// <summary>Whether it prevents other sockets from binding the endpoint.</summary>
    internal bool Occupies(IPEndPoint endpoint) => !IsOver && Local is { } local
        && new ListeningEndPoint(local, IsIPv6Only).Bound.Any(bound => Covers(bound, endpoint) || Covers(endpoint, bound));

    // The port is in network order in the lower two bytes. An IPv4 address is in the last four bytes of its field.
    private static IPEndPoint EndPointIn(ReadOnlySpan<byte> info)
    {
        var address = info.Slice(AddressOffset, 16);
        return new IPEndPoint(
            new IPAddress(info[VersionOffset] == IPv4 ? address[12..] : address),
            BinaryPrimitives.ReadUInt16BigEndian(info[PortOffset..]));
    }

    private static bool Covers(IPEndPoint bound, IPEndPoint endpoint) =>
        bound.Port == endpoint.Port
        && bound.AddressFamily == endpoint.AddressFamily
        && (bound.Address.Equals(endpoint.Address)
            || bound.Address.Equals(IPAddress.Any)
            || bound.Address.Equals(IPAddress.IPv6Any));
}
