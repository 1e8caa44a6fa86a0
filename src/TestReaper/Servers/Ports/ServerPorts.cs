using TestReaper.Platform;

namespace TestReaper.Servers.Ports;

/// <summary>The ports of one server: which of them is its own, where it listens, and what must be free after it.</summary>
/// <remarks>
/// A server has ports from three sources: allocated ones, which replace <c>{port}</c> and are leased until the server is reaped; a port
/// that the caller has fixed in the endpoint; and a port that the server reports in its output. A port alone does not say where it is
/// bound: the same port on another address may belong to another process. Where the server was seen to listen is therefore recorded.
/// <para>
/// Ports that are derived from an allocated one are leased with it. A server may use only some of them. Therefore they must be free after
/// it only where it was seen to listen.
/// </para>
/// </remarks>
internal sealed class ServerPorts(ServerProcessOptions options, PortLeases? leases = null, IReadOnlyList<IPEndPoint>? fixedEndPoints = null)
    : IDisposable
{
    private static readonly IPAddress[] Loopbacks = [IPAddress.Loopback, IPAddress.IPv6Loopback];
    private readonly object _gate = new();
    private readonly HashSet<int> _ports = [.. leases?.Ports.Values ?? [], .. (fixedEndPoints ?? []).Select(endpoint => endpoint.Port)];
    private readonly HashSet<int> _derived = [.. (leases?.All ?? []).Except(leases?.Ports.Values ?? [])];
    private readonly HashSet<IPEndPoint> _listeners = [];
    private PortLeases? _leases = leases;
    private volatile int _reported;

    /// <summary>The allocated ports by name.</summary>
    public IReadOnlyDictionary<string, int> Allocated { get; } = leases?.Ports ?? new Dictionary<string, int>();

    /// <summary>The allocated ports and those that are derived from them.</summary>
    public IReadOnlyList<int> Leased { get; } = leases?.All ?? [];

    /// <summary>The local addresses of the port that the caller has fixed.</summary>
    public IReadOnlyList<IPEndPoint> FixedEndPoints { get; } = fixedEndPoints ?? [];

    /// <summary>The port at which the server is reached: reported, else allocated, else fixed. Null if none is known.</summary>
    public int? Own =>
        _reported > 0 ? _reported
        : OwnName(Allocated.Keys) is { } name ? Allocated[name]
        : (options.AttachTo ?? options.Endpoint) is { IsAbsoluteUri: true, Port: > 0 and var port } ? port
        : null;

    /// <summary>Every address that the server may bind, as far as it is known before the server listens.</summary>
    public IReadOnlyList<IPEndPoint> BindCandidates =>
        [.. FixedEndPoints, .. Leased.Concat(FixedEndPoints.Select(endpoint => endpoint.Port)).SelectMany(PortProbe.Everywhere)];

    /// <summary>The allocated port at which the server is reached; null if there are several, none of which is named "port".</summary>
    public static string? OwnName(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Contains(PortTemplate.DefaultName) ? PortTemplate.DefaultName : all.Length == 1 ? all[0] : null;
    }

    /// <summary>Records a port that the server has written to its output.</summary>
    public void Report(int port)
    {
        _reported = port;
        lock (_gate)
        {
            _ports.Add(port);
        }
    }

    /// <summary>Records what the processes listen on now.</summary>
    public void Observe(IProcessPlatform platform, IReadOnlyCollection<int> pids)
    {
        try
        {
            var listeners = platform.Sockets.FindListenersOf(pids);
            lock (_gate)
            {
                _listeners.UnionWith(listeners.Tcp.SelectMany(listener => listener.Bound));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Out of descriptors: what was seen before is used.
        }
    }

    /// <summary>Whether a process listens on one of the ports: one of the tree, or any where another program listens for it.</summary>
    public bool FindListener(IProcessPlatform platform, IReadOnlyCollection<int> pids, bool ofTreeOnly)
    {
        int[] ports;
        lock (_gate)
        {
            ports = [.. _ports];
            if (_listeners.Any(endpoint => _ports.Contains(endpoint.Port)))
            {
                return true;
            }
        }

        var local = ports.SelectMany(_ => Loopbacks, static (port, address) => new IPEndPoint(address, port));
        return Accessible.OrDefault(() => FixedEndPoints.Concat(local)
            .Select(endpoint => platform.Sockets.FindListener(endpoint, pids).Kind)
            .Any(kind => kind == ListenerKind.Tree || (!ofTreeOnly && kind != ListenerKind.None)));
    }

    /// <summary>
    /// What must be free when the server is gone: each port where it was seen to listen, else on all addresses; a derived port only
    /// where it was seen to listen.
    /// </summary>
    public IReadOnlyList<IPEndPoint> ToRelease()
    {
        lock (_gate)
        {
            return [.. _ports.SelectMany(SeenOrEverywhere).Union(_listeners.Where(endpoint => _derived.Contains(endpoint.Port)))];
        }
    }

    /// <summary>Takes the leases out, so that the ports stay reserved after the server is reaped.</summary>
    public PortLeases KeepLeases() =>
        Interlocked.Exchange(ref _leases, null) ?? throw new InvalidOperationException("This server was already reaped or restarted.");

    /// <summary>Ends the leases.</summary>
    public void Dispose() => _leases?.Dispose();

    private IEnumerable<IPEndPoint> SeenOrEverywhere(int port)
    {
        IPEndPoint[] seen = [.. _listeners.Where(endpoint => endpoint.Port == port)];
        return seen.Length > 0 ? seen : PortProbe.Everywhere(port);
    }
}
