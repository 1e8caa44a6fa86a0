using TestReaper.Platform;

namespace TestReaper.Servers.Ports;

/// <summary>The allocated ports of one server, by name. No other fixture of this user gets them until this is disposed.</summary>
internal sealed class PortLeases : IDisposable
{
    private readonly List<IDisposable> _locks = [];

    /// <summary>Takes a port for each name that the options use.</summary>
    /// <exception cref="IOException">No port is free, or the state directory cannot be used.</exception>
    public PortLeases(ServerProcessOptions options, IProcessPlatform platform)
    {
        var (ports, allocator) = (new Dictionary<string, int>(), new PortAllocator(platform));
        Ports = ports;
        try
        {
            foreach (var name in PortTemplate.Names(options))
            {
                (ports[name], var fileLock) = allocator.Allocate();
                _locks.Add(fileLock);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyDictionary<string, int> Ports { get; }

    public void Dispose() => _locks.ForEach(static fileLock => fileLock.Dispose());
}
