using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Secrets;

namespace TestReaper.Reaping.Release;

/// <summary>
/// A port is free when a server can bind it at the same addresses, or when only connections in TIME_WAIT prevent that. The kernel keeps
/// these for a minute after a server that doesn't set SO_REUSEADDR; no process holds them.
/// </summary>
internal sealed class PortRelease(IReadOnlyList<IPEndPoint> endpoints, IProcessPlatform platform, SecretMask mask) : IReleaseCheck
{
    public ReleaseResource Resource => ReleaseResource.Port;

    public string Name => $"port {endpoints[0].Port}";

    /// <summary>The worst answer of all addresses.</summary>
    public ReleaseState Check() => endpoints.Select(Check)
        .OrderByDescending(state => state.Verdict == ReleaseVerdict.Held)
        .ThenByDescending(state => state.Detail is not null)
        .First();

    private ReleaseState Check(IPEndPoint endpoint) => PortProbe.TryBind(endpoint) switch
    {
        null => ReleaseState.Released,
        SocketError.AccessDenied => new ReleaseState(ReleaseVerdict.NotVerified, "this user may not bind it"),
        _ => FindHolder(endpoint),
    };

    private ReleaseState FindHolder(IPEndPoint endpoint)
    {
        // In the ephemeral range the kernel may have given the port to an outgoing connection since: then it was free before.
        var (first, last) = platform.Sockets.EphemeralPorts;
        var holder = platform.Sockets.FindPortHolder(endpoint, listenersOnly: endpoint.Port >= first && endpoint.Port <= last);
        return holder.Kind == ListenerKind.None
            ? new ReleaseState(ReleaseVerdict.Released, "only the kernel still has connections of it, in TIME_WAIT and the like")
            : new ReleaseState(ReleaseVerdict.Held, ListenerText.Describe(holder, platform, mask));
    }
}
