using System.Net;
using TestReaper.Platform;

namespace TestReaper.Servers.Ports;

/// <summary>Where a server listens: the same port on another address belongs to another process.</summary>
internal sealed class PortAddresses
{
    private readonly object _gate = new();
    private readonly HashSet<IPEndPoint> _seen = [];

    /// <summary>Notes what the processes listen on now.</summary>
    public void Observe(IProcessPlatform platform, IReadOnlyCollection<int> pids)
    {
        try
        {
            var listeners = platform.Sockets.FindListenersOf(pids);
            lock (_gate)
            {
                _seen.UnionWith(listeners.Tcp.SelectMany(listener => listener.Bound));
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Out of descriptors: what was seen before is used.
        }
    }

    /// <summary>What must be free when the server is gone: each port where it was seen to listen, else everywhere.</summary>
    public IReadOnlyList<IPEndPoint> ToRelease(IEnumerable<int> ports)
    {
        lock (_gate)
        {
            return [.. ports.Distinct().SelectMany(SeenOrEverywhere)];
        }
    }

    private IEnumerable<IPEndPoint> SeenOrEverywhere(int port)
    {
        IPEndPoint[] seen = [.. _seen.Where(endpoint => endpoint.Port == port)];
        return seen.Length > 0 ? seen : PortProbe.Everywhere(port);
    }
}
