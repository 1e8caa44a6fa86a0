namespace TestReaper.Servers.Probes;

internal sealed class UnixSocketProbe(string path) : INetworkProbe
{
    public string Description => $"connection to {path}";

    public EndPoint EndPoint(ServerProcess server) => new UnixDomainSocketEndPoint(Placeholders.Of(server).ExpandDirectories(path));

    /// <summary>Why no socket can have the path, once its placeholders are replaced; null if one can.</summary>
    public string? FindProblem(Placeholders placeholders)
    {
        var expanded = placeholders.ExpandDirectories(path);
        try
        {
            _ = new UnixDomainSocketEndPoint(expanded);
            return null;
        }
        catch (ArgumentException)
        {
            return $"the path of Readiness.UnixSocket, '{expanded}', has {Encoding.UTF8.GetByteCount(expanded)} bytes, and a socket can " +
                "have 107. Use a shorter name, or a shorter XDG_RUNTIME_DIR or TMPDIR, in which {tmp} and {files} are.";
        }
    }

    public async Task<ReadinessResult> ProbeAsync(ServerProcess server, CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(EndPoint(server), cancellationToken).ConfigureAwait(false);
        return new ReadinessResult(true);
    }
}
