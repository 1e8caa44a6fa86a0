using System.Net;
using System.Net.Sockets;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Secrets;

namespace TestReaper.Reaping.Release;

/// <summary>
/// A port is free when a server could bind it at the same addresses, or when only the kernel keeps it from that: a server that does not
/// set SO_REUSEADDR leaves connections in TIME_WAIT behind, which block others like it for a minute and are no process's fault.
/// </summary>
internal sealed class PortRelease(IReadOnlyList<IPEndPoint> endpoints, IProcessPlatform platform, SecretMask mask) : IReleaseCheck
{
    public ReleaseResource Resource => ReleaseResource.Port;

    public string Name => $"port {endpoints[0].Port}";

    public ReleaseState Check()
    {
        // The worst answer counts.
        var states = endpoints.Select(Check).ToList();
        return states.Find(state => state.Verdict == ReleaseVerdict.Held) is { Verdict: ReleaseVerdict.Held } held ? held
            : states.Find(state => state.Detail is not null);
    }

    private ReleaseState Check(IPEndPoint endpoint)
    {
        switch (PortProbe.TryBind(endpoint))
        {
            case null:
                return ReleaseState.Released;
            case SocketError.AccessDenied:
                return new ReleaseState(ReleaseVerdict.NotVerified, "this user may not bind it");
            default:
                break;
        }

        // In the ephemeral range another process's outgoing connection may have got it since: it was free for that.
        var (first, last) = platform.Sockets.EphemeralPorts;
        var owner = platform.Sockets.FindPortHolder(endpoint, listenersOnly: endpoint.Port >= first && endpoint.Port <= last);
        return owner.Kind == ListenerKind.Nobody
            ? new ReleaseState(ReleaseVerdict.Released, "only the kernel still has connections of it, in TIME_WAIT and the like")
            : new ReleaseState(ReleaseVerdict.Held, ListenerText.Describe(owner, platform, mask));
    }
}
