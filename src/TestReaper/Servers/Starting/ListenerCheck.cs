using TestReaper.Platform;
using TestReaper.Servers.Ports;
using TestReaper.Servers.Probes;
using TestReaper.Servers.Starting.Failures;

namespace TestReaper.Servers.Starting;

/// <summary>Makes sure that the answers come from the server's own tree, not from a stale server on the same port.</summary>
internal sealed class ListenerCheck(ServerProcess server, ServerLifetime run, IProcessPlatform platform, ILogger logger)
{
    /// <summary>Before the launch: the addresses that the caller has fixed must be free.</summary>
    /// <exception cref="ServerStartException">A connection to one of them would reach another process.</exception>
    public static void RequireFree(
        IReadOnlyList<IPEndPoint> endpoints, ServerProcessOptions options, ResolvedCommand command, IProcessPlatform platform)
    {
        foreach (var endpoint in options.VerifyListener ? endpoints : [])
        {
            var holder = platform.Sockets.FindListener(endpoint, treePids: []);
            if (holder.Kind != ListenerKind.None)
            {
                throw StartFailure.PortTaken(endpoint, holder, command, platform);
            }
        }
    }

    /// <summary>Before the server is ready: records when one of its ports is listened on.</summary>
    public void ObserveFirstListener()
    {
        if (!run.Timeline.HasListener && run.Ports.FindListener(platform, run.LivingPids, server.Options.VerifyListener))
        {
            run.Timeline.AddListening();
        }
    }

    /// <summary>Once the server is ready: the sockets that answered belong to its tree. Logs a warning where that is unknown.</summary>
    /// <exception cref="ServerStartException">A process outside the tree answered.</exception>
    public async Task VerifyAsync(CancellationToken cancellationToken)
    {
        if (!server.Options.VerifyListener)
        {
            return;
        }

        var answered = new HashSet<EndPoint>();
        foreach (var probe in ProbeTree.Succeeded(server.Options.Readiness, server).OfType<INetworkProbe>())
        {
            answered.UnionWith(await ResolveAsync(probe.EndPoint(server), cancellationToken).ConfigureAwait(false));
        }

        foreach (var endpoint in answered)
        {
            Verify(endpoint, mustListen: true);
        }

        // Where a custom probe asks is unknown; on an allocated port no other process may answer it.
        foreach (var endpoint in ExpectedPorts().Select(port => new IPEndPoint(IPAddress.Loopback, port)).Except(answered))
        {
            Verify(endpoint, mustListen: false);
        }

        run.Ports.Observe(platform, run.LivingPids);
        ObserveFirstListener();
    }

    // The allocated ports, and those that the server was given as {port+1}.
    private IEnumerable<int> ExpectedPorts() => server.Ports.Values.Union(
        from use in PortTemplate.FindUses(server.Options)
        where server.Ports.ContainsKey(use.Name)
        select server.Ports[use.Name] + use.Offset);

    private void Verify(EndPoint endpoint, bool mustListen)
    {
        var holder = FindHolder(endpoint);
        if (holder.Kind == ListenerKind.Unrelated)
        {
            // It may be a child that was forked since the scan.
            holder = FindHolder(endpoint);
        }

        var doubt = holder.Kind switch
        {
            ListenerKind.Unrelated => throw StartFailure.AnsweredByOther(endpoint, holder, run, platform),
            ListenerKind.Unknown => holder.Reason,
            ListenerKind.None when mustListen => "nothing listens there in this network namespace",
            _ => null,
        };
        if (doubt is not null)
        {
            logger.LogWarning(
                "Ready, but {Endpoint}: ownership not verified, {Reason}. Set VerifyListener to false if that is expected.",
                endpoint, doubt);
        }
    }

    private ListenerHolder FindHolder(EndPoint endpoint)
    {
        run.Tree.Observe();
        return endpoint switch
        {
            UnixDomainSocketEndPoint unix => platform.Sockets.FindUnixListener(unix.ToString(), run.LivingPids),
            IPEndPoint ip => platform.Sockets.FindListener(ip, run.LivingPids),
            _ => new ListenerHolder(ListenerKind.Unknown, Reason: $"{endpoint} is not an address of this machine"),
        };
    }

    // A name stands for several addresses, of which one answered; those without a listener did not.
    private async Task<IReadOnlyList<EndPoint>> ResolveAsync(EndPoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint is not DnsEndPoint dns)
        {
            return [endpoint];
        }

        var addresses = await LocalName.ResolveAsync(dns.Host, cancellationToken).ConfigureAwait(false);
        IPEndPoint[] local = [.. addresses.Select(address => new IPEndPoint(address, dns.Port))];
        IPEndPoint[] held = [.. local.Where(candidate => platform.Sockets.FindListener(candidate, []).Kind != ListenerKind.None)];
        return held.Length > 0 ? held : local.Length > 0 ? [local[0]] : [endpoint];
    }
}
