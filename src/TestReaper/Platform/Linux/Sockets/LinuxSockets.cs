using System.Net;

namespace TestReaper.Platform.Linux.Sockets;

/// <summary>Sockets from sock_diag(7) or /proc/net, their owners from the descriptors of processes.</summary>
internal sealed class LinuxSockets : ISocketTable
{
    public (int First, int Last) EphemeralPorts => EphemeralPortRange.Read();

    public ListenerOwner FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids) =>
        SocketOwners.Find(TcpSockets.ListeningAt(endpoint), treePids);

    public ListenerOwner FindPortHolder(IPEndPoint endpoint, bool listenersOnly) =>
        SocketOwners.Find(TcpSockets.HoldersOf(endpoint, listenersOnly), []);

    public ListenerOwner FindUnixListener(string path, IReadOnlyCollection<int> treePids) => UnixSockets.FindOwner(path, treePids);

    public TreeListeners FindListenersOf(IReadOnlyCollection<int> pids)
    {
        var inodes = SocketOwners.InodesOf(pids);
        return new TreeListeners(
            [.. TcpSockets.ListenersOf(inodes).Select(socket => new ListeningEndPoint(socket.Local, socket.IsIPv6Only)).Distinct()],
            UnixSockets.PathsOf(inodes));
    }
}
