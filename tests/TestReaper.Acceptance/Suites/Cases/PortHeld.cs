using System.Net;
using System.Net.Sockets;

namespace Cases.PortHeld;

/// <summary>Another process, here the test host, holds the server's address and port when the server is gone.</summary>
#if NUNIT
public sealed class PortHeldTests : ServerProcessFixture
{
    private Socket? _holder;

    protected override ServerProcessOptions CreateOptions() => Fixture.Options();

    [Fact]
    public void It_takes_the_port()
    {
        _holder = Fixture.Listen(Server.Port);
    }
}
#else
[CollectionDefinition("shared server")]
public sealed class SharedServerCollection : ICollectionFixture<PortFixture>;

public sealed class PortFixture : ServerProcessFixture
{
    protected override ServerProcessOptions CreateOptions() => Fixture.Options();
}

[Collection("shared server")]
public sealed class PortHeldTests(PortFixture fixture)
{
    private static Socket? _holder;

    [Fact]
    public void It_takes_the_port()
    {
        _holder = Fixture.Listen(fixture.Server.Port);
    }
}
#endif

internal static class Fixture
{
    public static ServerProcessOptions Options()
    {
        var options = Support.Server("port-held", "--listen", "{port}", "--reuseport");
        return options with
        {
            Readiness = Readiness.TcpPort(),
            Reap = options.Reap with { ReleaseTimeout = TimeSpan.FromMilliseconds(300) },
        };
    }

    /// <summary>Listens on the port of the running server: both sockets set SO_REUSEPORT (socket(7)).</summary>
    public static Socket Listen(int port)
    {
        const int SocketLevel = 1, ReusePort = 15;
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetRawSocketOption(SocketLevel, ReusePort, [1, 0, 0, 0]);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
        return socket;
    }
}
