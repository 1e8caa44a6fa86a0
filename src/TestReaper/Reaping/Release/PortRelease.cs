using System.Net;
using System.Net.Sockets;
using TestReaper.Platform;

namespace TestReaper.Reaping.Release;

/// <summary>A port is free when a server could bind it. The probe sets SO_REUSEADDR: connections in TIME_WAIT hold nobody up.</summary>
internal sealed class PortRelease(int port, IProcessPlatform platform, SecretMask mask) : IReleaseCheck
{
    public string Name => $"port {port}";

    public ReleaseState Look()
    {
        switch (PortProbe.TryBind(port))
        {
            case null:
                return ReleaseState.Released;
            case SocketError.AccessDenied:
                return new ReleaseState(ReleaseVerdict.NotVerified, "this user may not bind it");
            default:
                break;
        }

        var owner = platform.FindListener(new IPEndPoint(IPAddress.Loopback, port), []);
        if (owner.Kind == ListenerKind.Nobody)
        {
            owner = platform.FindListener(new IPEndPoint(IPAddress.IPv6Loopback, port), []);
        }

        // In the ephemeral range a stranger's outgoing connection may have got it since: it was free for that.
        var (first, last) = platform.EphemeralPorts;
        return owner.Kind == ListenerKind.Nobody && port >= first && port <= last
            ? ReleaseState.Released
            : new ReleaseState(ReleaseVerdict.Held, ListenerText.Describe(owner, platform, mask));
    }
}
