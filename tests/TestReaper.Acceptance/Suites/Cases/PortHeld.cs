using System.Net;
using System.Net.Sockets;

namespace Cases.PortHeld;

/// <summary>Somebody else, here the test itself, has the port when the server is gone.</summary>
#if NUNIT
public sealed class PortHeldTests : ServerProcessFixture
{
    private TcpListener? _holder;

    protected override ServerProcessOptions CreateOptions() => Fixture.Options();

    [Fact]
    public void It_takes_the_port()
    {
        _holder = new TcpListener(IPAddress.Parse("127.0.0.2"), Server.Port);
        _holder.Start();
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
    private static TcpListener? _holder;

    [Fact]
    public void It_takes_the_port()
    {
        _holder = new TcpListener(IPAddress.Parse("127.0.0.2"), fixture.Server.Port);
        _holder.Start();
    }
}
#endif

internal static class Fixture
{
    public static ServerProcessOptions Options()
    {
        var options = Support.Server("port-held", "--listen", "{port}");
        return options with { Readiness = Readiness.TcpPort(), Reap = options.Reap with { ReleaseTimeout = TimeSpan.FromMilliseconds(300) } };
    }
}
