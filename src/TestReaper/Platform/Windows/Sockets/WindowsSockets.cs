namespace TestReaper.Platform.Windows.Sockets;

/// <summary>Finds the processes that hold TCP sockets. A unix socket has no known holder.</summary>
internal sealed class WindowsSockets : ISocketTable
{
    private const int SystemPid = 4;
    private const string Unreadable = "the system does not show the table of TCP sockets";

    /// <inheritdoc/>
    /// <remarks>The range since Windows Vista, unless an administrator has changed it (netsh int ipv4 show dynamicport tcp).</remarks>
    public (int First, int Last) EphemeralPorts => (49152, 65535);

    public ListenerHolder FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids)
    {
        if (TcpOwners.Read(listenersOnly: true) is not { } sockets)
        {
            return new ListenerHolder(ListenerKind.Unknown, Reason: Unreadable);
        }

        // The most specific address gets the connection.
        var listeners = sockets.Where(socket => socket.IsListener && Covers(socket.Local, endpoint)).ToList();
        var exact = listeners.Where(socket => socket.Local.Address.Equals(endpoint.Address)).ToList();
        return Judge(exact.Count > 0 ? exact : listeners, treePids);
    }

    public ListenerHolder FindPortHolder(IPEndPoint endpoint, bool listenersOnly)
    {
        if (TcpOwners.Read(listenersOnly) is not { } sockets)
        {
            return new ListenerHolder(ListenerKind.Unknown, Reason: Unreadable);
        }

        var holders = sockets.Where(socket => !socket.IsOver && (Covers(socket.Local, endpoint) || Covers(endpoint, socket.Local)));
        return Judge([.. holders], []);
    }

    public ListenerHolder FindUnixListener(string path, IReadOnlyCollection<int> treePids) =>
        new(ListenerKind.Unknown, Reason: "Windows does not show which process listens on a unix socket");

    public TreeListeners FindListenersOf(IReadOnlyCollection<int> pids)
    {
        var tree = pids.ToHashSet();
        var listeners = (TcpOwners.Read(listenersOnly: true) ?? []).Where(socket => socket.IsListener && tree.Contains(socket.Pid));

        // A socket for both families has an entry in the table of each.
        return new TreeListeners([.. listeners.Select(static socket => new ListeningEndPoint(socket.Local, IsIPv6Only: true))], []);
    }

    private static ListenerHolder Judge(List<OwnedSocket> sockets, IReadOnlyCollection<int> treePids)
    {
        if (sockets.Count == 0)
        {
            return new ListenerHolder(ListenerKind.None);
        }

        // 0: Wine. 4, the system itself: the HTTP service (http.sys) listens for a process that it does not name.
        if (sockets.Exists(static socket => socket.Pid is 0 or SystemPid))
        {
            return new ListenerHolder(ListenerKind.Unknown, Reason: "the system does not name the process that owns the socket");
        }

        var others = sockets.Where(socket => !treePids.Contains(socket.Pid)).ToList();
        return others.Count == 0
            ? new ListenerHolder(ListenerKind.Tree, sockets[0].Pid)
            : new ListenerHolder(ListenerKind.Unrelated, others[0].Pid);
    }

    private static bool Covers(IPEndPoint bound, IPEndPoint endpoint) =>
        bound.Port == endpoint.Port
        && bound.AddressFamily == endpoint.AddressFamily
        && (bound.Address.Equals(endpoint.Address)
            || bound.Address.Equals(IPAddress.Any)
            || bound.Address.Equals(IPAddress.IPv6Any));
}
