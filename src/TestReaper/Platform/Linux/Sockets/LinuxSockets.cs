using TestReaper.Platform.Linux.Files;

namespace TestReaper.Platform.Linux.Sockets;

/// <summary>Sockets from sock_diag(7) or /proc/net, their holders from the descriptors of processes.</summary>
internal sealed class LinuxSockets : ISocketTable
{
    private static readonly (int First, int Last) DefaultPorts = (32768, 60999);

    /// <inheritdoc/>
    /// <remarks>ip_local_port_range (ip(7)): any outgoing connection may get a port in it at any moment.</remarks>
    public (int First, int Last) EphemeralPorts =>
        KernelText.ReadLines("/proc/sys/net/ipv4/ip_local_port_range") is [var range] ? ParsePorts(range) : DefaultPorts;

    public ListenerHolder FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids) =>
        SocketHolders.Find(TcpSockets.ListeningAt(endpoint), treePids);

    public ListenerHolder FindPortHolder(IPEndPoint endpoint, bool listenersOnly) =>
        SocketHolders.Find(TcpSockets.HoldersOf(endpoint, listenersOnly), []);

    public ListenerHolder FindUnixListener(string path, IReadOnlyCollection<int> treePids) => UnixSockets.FindListener(path, treePids);

    public TreeListeners FindListenersOf(IReadOnlyCollection<int> pids)
    {
        var inodes = SocketHolders.InodesOf(pids);
        return new TreeListeners(
            [.. TcpSockets.ListenersOf(inodes).Select(socket => new ListeningEndPoint(socket.Local, socket.IsIPv6Only)).Distinct()],
            UnixSockets.PathsOf(inodes));
    }

    /// <summary>A pure function of the content of ip_local_port_range.</summary>
    internal static (int First, int Last) ParsePorts(string text)
    {
        var parts = text.Split((char[])['\t', ' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && int.TryParse(parts[0], out var first) && int.TryParse(parts[1], out var last) && first <= last
            ? (first, last)
            : DefaultPorts;
    }
}
