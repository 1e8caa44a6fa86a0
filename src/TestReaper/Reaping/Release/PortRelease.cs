using System.Net.Sockets;
using TestReaper.Platform;

namespace TestReaper.Reaping.Release;

/// <summary>
/// A port is free when a server could bind it, or when nobody but the kernel keeps it from that: a server that does not set
/// SO_REUSEADDR leaves connections in TIME_WAIT behind, which block others like it for a minute and are no process's fault.
/// </summary>
internal sealed class PortRelease(int port, IProcessPlatform platform, SecretMask mask) : IReleaseCheck
{
    public ReleaseResource Resource => ReleaseResource.Port;

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

        // In the ephemeral range a stranger's outgoing connection may have got it since: it was free for that.
        var (first, last) = platform.EphemeralPorts;
        var owner = platform.FindPortHolder(port, listenersOnly: port >= first && port <= last);
        return owner.Kind == ListenerKind.Nobody
            ? new ReleaseState(ReleaseVerdict.Released, "only the kernel still has connections of it, in TIME_WAIT and the like")
            : new ReleaseState(ReleaseVerdict.Held, ListenerText.Describe(owner, platform, mask));
    }
}
