using TestReaper.Platform;

namespace TestReaper.Servers.Ports;

/// <summary>The allocated ports of one server. No other fixture of this user gets them until this is disposed.</summary>
internal sealed class PortLeases : IDisposable
{
    private readonly List<IDisposable> _locks = [];

    /// <summary>Takes the ports of each name that the options use.</summary>
    /// <exception cref="IOException">No port is free, or the state directory cannot be used.</exception>
    /// <exception cref="SocketException">The system refused a socket, for example because no descriptor is free.</exception>
    public PortLeases(ServerProcessOptions options, IProcessPlatform platform)
    {
        var (ports, all, allocator) = (new Dictionary<string, int>(), new List<int>(), new PortAllocator(platform));
        (Ports, All) = (ports, all);
        try
        {
            foreach (var request in PortRequest.Of(options))
            {
                var (port, locks) = allocator.Allocate(request.Offsets);
                ports[request.Name] = port;
                all.AddRange(request.Offsets.Select(offset => port + offset));
                _locks.AddRange(locks);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The ports by name.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; }

    /// <summary>These ports and those that are derived from them.</summary>
    public IReadOnlyList<int> All { get; }

    public void Dispose() => _locks.ForEach(static fileLock => fileLock.Dispose());
}
