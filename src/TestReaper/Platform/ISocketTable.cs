using System.Net;

namespace TestReaper.Platform;

/// <summary>Finds which processes hold which sockets.</summary>
internal interface ISocketTable
{
    /// <summary>The range from which the system assigns ports.</summary>
    (int First, int Last) EphemeralPorts { get; }

    /// <summary>Finds the process that gets the connections to a TCP endpoint of this machine.</summary>
    ListenerOwner FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids);

    /// <summary>
    /// Finds the process whose TCP socket keeps others from this endpoint. Sockets that only the kernel keeps (TIME_WAIT) do not count.
    /// </summary>
    ListenerOwner FindPortHolder(IPEndPoint endpoint, bool listenersOnly);

    /// <summary>Finds the process that a connection to the path of a unix socket reaches.</summary>
    ListenerOwner FindUnixListener(string path, IReadOnlyCollection<int> treePids);

    /// <summary>Finds what the processes listen on, as far as their descriptors can be read.</summary>
    TreeListeners FindListenersOf(IReadOnlyCollection<int> pids);
}
