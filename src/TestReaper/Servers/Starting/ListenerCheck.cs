using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TestReaper.Platform;
using TestReaper.Processes;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Probes;

namespace TestReaper.Servers.Starting;

/// <summary>Makes sure that the sockets which answered belong to the server's own tree.</summary>
internal sealed class ListenerCheck(ServerProcess server, ServerLifetime run, IProcessPlatform platform, ILogger logger)
{
    /// <returns>True if they do, or if nothing can be said, which is logged as a warning.</returns>
    /// <exception cref="ServerStartException">A process outside the tree answered.</exception>
    public async Task<bool> PassesAsync(CancellationToken cancellationToken)
    {
        if (!server.Options.VerifyListener)
        {
            return true;
        }

        var answered = new HashSet<EndPoint>();
        foreach (var probe in ProbeTree.Flatten(server.Options.Readiness).OfType<INetworkProbe>())
        {
            answered.UnionWith(await ResolveAsync(probe.EndPoint(server), cancellationToken).ConfigureAwait(false));
        }

        foreach (var endpoint in answered)
        {
            Verify(endpoint, mustBeHeld: true);
        }

        // Where a custom probe asks is unknown; on an allocated port no other process may answer it.
        foreach (var endpoint in server.Ports.Values.Select(port => new IPEndPoint(IPAddress.Loopback, port)).Except(answered))
        {
            Verify(endpoint, mustBeHeld: false);
        }

        run.Listeners.Observe(platform, Pids());
        return true;
    }

    private void Verify(EndPoint endpoint, bool mustBeHeld)
    {
        var owner = Find(endpoint);
        if (owner.Kind == ListenerKind.Stranger)
        {
            // It may be a child that was forked since the last look.
            owner = Find(endpoint);
        }

        switch (owner.Kind)
        {
            case ListenerKind.Stranger:
                throw Refused(endpoint, owner);
            case ListenerKind.Unknown:
                Warn(endpoint, owner.Reason);
                break;
            case ListenerKind.Nobody when mustBeHeld:
                Warn(endpoint, "nothing listens there in this network namespace");
                break;
            default:
                break;
        }
    }

    private ListenerOwner Find(EndPoint endpoint)
    {
        run.Tree.Observe();
        var pids = Pids();
        return endpoint switch
        {
            UnixDomainSocketEndPoint unix => platform.Sockets.FindUnixListener(unix.ToString(), pids),
            IPEndPoint ip => platform.Sockets.FindListener(ip, pids),
            _ => new ListenerOwner(ListenerKind.Unknown, Reason: $"{endpoint} is no address of this machine"),
        };
    }

    private ServerStartException Refused(EndPoint endpoint, ListenerOwner owner)
    {
        var message =
            $"{endpoint} was answered by {ListenerText.Describe(owner, platform, run.Command.Mask)}, " +
            "which this server did not start: a stale server? " +
            "Stop it, use {port} for a port of its own, or set VerifyListener to false if that is a proxy for it." +
            $"{Environment.NewLine}Command: {run.Command.CommandLine}";
        var tail = string.Join(Environment.NewLine, run.Output.Tail);
        return endpoint is IPEndPoint ip && run.Ports.Values.Contains(ip.Port)
            ? new PortLostException(message, run.Command.CommandLine, null, tail)
            : new ServerStartException(message, run.Command.CommandLine, null, tail);
    }

    private void Warn(EndPoint endpoint, string reason) => logger.LogWarning(
        "Ready, but {Endpoint}: ownership not verified, {Reason}. Set VerifyListener to false if that is how it must be.",
        endpoint,
        reason);

    private int[] Pids() => [.. run.Tree.Members.Where(member => !member.IsGone).Select(member => member.Identity.Pid)];

    // A name stands for several addresses, of which one answered; those without a listener did not.
    private async Task<IReadOnlyList<EndPoint>> ResolveAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint is not DnsEndPoint dns)
        {
            return [endpoint];
        }

        var addresses = await LocalName.ResolveAsync(dns.Host, cancellationToken).ConfigureAwait(false);
        IPEndPoint[] local = [.. addresses.Select(address => new IPEndPoint(address, dns.Port))];
        IPEndPoint[] held = [.. local.Where(candidate => platform.Sockets.FindListener(candidate, []).Kind != ListenerKind.Nobody)];
        return held.Length > 0 ? held : local.Length > 0 ? [local[0]] : [endpoint];
    }
}
