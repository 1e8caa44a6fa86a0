using System.Net;

namespace TestReaper.Platform.Linux.Sockets;

/// <summary>
/// A TCP socket of this network namespace: what it is bound to, and the inode by which processes hold it; 0 if none does.
/// </summary>
internal readonly record struct TcpSocket(IPEndPoint Local, long Inode)
{
    /// <summary>Whether a socket on the IPv6 wildcard refuses IPv4; false where the kernel gives no answer.</summary>
    public bool IsIPv6Only { get; init; }
}
