using TestReaper.Platform.MacOS.Native;
using TestReaper.Platform.MacOS.Processes;

namespace TestReaper.Platform.MacOS.Sockets;

/// <summary>Finds the processes that hold sockets by the descriptors of all processes.</summary>
internal sealed class MacSockets : ISocketTable
{
    /// <inheritdoc/>
    /// <remarks>Any outgoing connection may get a port in this range at any moment.</remarks>
    public (int First, int Last) EphemeralPorts => (
        SystemValues.ReadNumber("net.inet.ip.portrange.first") ?? 49152,
        SystemValues.ReadNumber("net.inet.ip.portrange.last") ?? 65535);

    public ListenerHolder FindListener(IPEndPoint endpoint, IReadOnlyCollection<int> treePids)
    {
        var listeners = ReadAll(socket => socket.Accepts(endpoint), out var unreadable);

        // The most specific address gets the connection.
        var exact = listeners.Where(socket => socket.Local!.Address.Equals(endpoint.Address)).ToList();
        return Judge(exact.Count > 0 ? exact : listeners, treePids, unreadable);
    }

    public ListenerHolder FindPortHolder(IPEndPoint endpoint, bool listenersOnly) => Judge(
        ReadAll(socket => (socket.IsListener || !listenersOnly) && socket.Occupies(endpoint), out var unreadable), [], unreadable);

    public ListenerHolder FindUnixListener(string path, IReadOnlyCollection<int> treePids)
    {
        var listeners = ReadAll(socket => socket.IsListener && socket.UnixPath == path, out var unreadable);
        var holder = Judge(listeners, treePids, unreadable);
        return holder.Kind == ListenerKind.Unrelated && listeners.Exists(socket => treePids.Contains(socket.Pid))
            ? new ListenerHolder(
                ListenerKind.Unknown, Reason: "several sockets have that path, and the kernel does not show which one has its file")
            : holder;
    }

    public TreeListeners FindListenersOf(IReadOnlyCollection<int> pids)
    {
        var listeners = pids.SelectMany(static pid => OpenSockets.Of(pid) ?? []).Where(static socket => socket.IsListener).ToList();
        return new TreeListeners(
            [
                .. listeners.Where(static socket => socket.Local is not null)
                    .Select(static socket => new ListeningEndPoint(socket.Local!, socket.IsIPv6Only))
                    .Distinct(),
            ],
            [
                .. listeners.Select(static socket => socket.UnixPath)
                    .OfType<string>()
                    .Where(static path => path.Length > 0)
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ]);
    }

    /// <summary>A pure function of the sockets at an endpoint.</summary>
    internal static ListenerHolder Judge(IReadOnlyList<OpenSocket> sockets, IReadOnlyCollection<int> treePids, int unreadable)
    {
        if (sockets.FirstOrDefault(socket => !treePids.Contains(socket.Pid)) is { } other)
        {
            return new ListenerHolder(ListenerKind.Unrelated, other.Pid);
        }

        return sockets.Count > 0 ? new ListenerHolder(ListenerKind.Tree, sockets[0].Pid)
            : unreadable == 0 ? new ListenerHolder(ListenerKind.None)
            : new ListenerHolder(
                ListenerKind.Unknown, Reason: $"the open files of {unreadable} process(es) cannot be read (they belong to other users)");
    }

    private static List<OpenSocket> ReadAll(Func<OpenSocket, bool> isWanted, out int unreadable)
    {
        var found = new List<OpenSocket>();
        unreadable = 0;
        foreach (var pid in ProcessList.Pids() ?? [])
        {
            var sockets = OpenSockets.Of(pid);
            found.AddRange((sockets ?? []).Where(isWanted));
            unreadable += sockets is null ? 1 : 0;
        }

        return found;
    }
}
