namespace TestReaper.Platform;

/// <summary>Finds which processes hold which sockets.</summary>
internal interface ISocketTable
{
    /// <summary>The range from which the system assigns ports.</summary>
    (int First, int Last) EphemeralPorts { get; }

    /// <summary>Finds the process that gets the connections to a TCP endpoint of this machine.</summary>
    ListenerHolder FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids);

    /// <summary>
    /// Finds the process whose TCP socket prevents others from binding this endpoint. Sockets in TIME_WAIT, which no process holds, do not
    /// count.
    /// </summary>
    ListenerHolder FindPortHolder(IPEndPoint endpoint, bool listenersOnly);

    /// <summary>Finds the process that a connection to the path of a unix socket reaches.</summary>
    ListenerHolder FindUnixListener(string path, IReadOnlyCollection<int> treePids);

    /// <summary>Finds what the processes listen on. A process whose descriptors cannot be read is left out.</summary>
    TreeListeners FindListenersOf(IReadOnlyCollection<int> pids);
}
