using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TestReaper.Platform;
using TestReaper.Servers.Probes;

namespace TestReaper.Servers.Starting;

/// <summary>Makes sure that the sockets which answered belong to the server's own tree.</summary>
internal sealed class ListenerCheck(ServerProcess server, ServerRun run, IProcessPlatform platform, ILogger logger)
{
    /// <returns>True if they do, or if nothing can be said, which is logged as a warning.</returns>
    /// <exception cref="ServerStartException">A process outside the tree answered.</exception>
    public bool Passes()
    {
        if (!server.Options.VerifyListener)
        {
            return true;
        }

        EndPoint[] answered = [.. ProbeTree.Flatten(server.Options.Readiness).OfType<INetworkProbe>().SelectMany(probe => Resolve(probe.EndPoint(server))).Distinct()];
        foreach (var endpoint in answered)
        {
            Verify(endpoint, mustBeHeld: true);
        }

        // A custom probe asks we know not whom; on an allocated port nobody else may answer it.
        foreach (var endpoint in server.Ports.Values.Select(port => new IPEndPoint(IPAddress.Loopback, port)).Except(answered))
        {
            Verify(endpoint, mustBeHeld: false);
        }

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
                Warn(endpoint, "nobody listens there in this network namespace");
                break;
            default:
                break;
        }
    }

    private ListenerOwner Find(EndPoint endpoint)
    {
        run.Tree.Observe();
        int[] pids = [.. run.Tree.Members.Where(member => !member.IsGone).Select(member => member.Identity.Pid)];
        return endpoint switch
        {
            UnixDomainSocketEndPoint unix => platform.FindUnixListener(unix.ToString(), pids),
            IPEndPoint ip => platform.FindListener(ip, pids),
            _ => new ListenerOwner(ListenerKind.Unknown, Reason: $"{endpoint} is no address of this machine"),
        };
    }

    private ServerStartException Refused(EndPoint endpoint, ListenerOwner owner)
    {
        var message =
            $"{endpoint} was answered by {ListenerText.Describe(owner, platform, run.Command.Mask)}, which this server did not start: a stale server? " +
            "Stop it, use {port} for a port of its own, or set VerifyListener to false if that is a proxy for it." +
            $"{Environment.NewLine}Command: {run.Command.CommandLine}";
        var tail = string.Join(Environment.NewLine, run.Output.Tail);
        return endpoint is IPEndPoint ip && run.Ports.Values.Contains(ip.Port)
            ? new PortLostException(message, run.Command.CommandLine, null, tail)
            : new ServerStartException(message, run.Command.CommandLine, null, tail);
    }

    private void Warn(EndPoint endpoint, string reason) => logger.LogWarning(
        "Ready, but {Endpoint}: ownership not verified, {Reason}. Set VerifyListener to false if that is how it must be.", endpoint, reason);

    private EndPoint[] Resolve(EndPoint endpoint)
    {
        if (endpoint is not DnsEndPoint dns)
        {
            return [endpoint];
        }

        if (IPAddress.TryParse(dns.Host, out var literal))
        {
            return [new IPEndPoint(literal, dns.Port)];
        }

        return dns.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            ? Listening(dns.Port)
            : [endpoint];
    }

    // "localhost" is whichever family answers; the one without a listener did not.
    private EndPoint[] Listening(int port)
    {
        EndPoint[] held = [.. ((IPAddress[])[IPAddress.Loopback, IPAddress.IPv6Loopback])
            .Select(address => new IPEndPoint(address, port))
            .Where(endpoint => platform.FindListener(endpoint, []).Kind != ListenerKind.Nobody)];
        return held.Length > 0 ? held : [new IPEndPoint(IPAddress.Loopback, port)];
    }
}
