using System.Net;
using System.Net.Sockets;

namespace TestReaper.TestProcess;

/// <summary>The sockets on which this process listens.</summary>
internal static class Listeners
{
    public static void Open(Options options)
    {
        if (options.HttpPort is { } httpPort)
        {
            var http = new HttpServer(options);
            Serve(ListenOnPort(options, httpPort), http.HandleAsync);
        }

        if (options.TcpPort is { } tcpPort)
        {
            Serve(ListenOnPort(options, tcpPort), CloseAsync);
        }

        if (options.UnixSocket is { } path)
        {
            File.Delete(path);
            Serve(Listen(new UnixDomainSocketEndPoint(path), reusePort: false, ProtocolType.Unspecified), CloseAsync);
        }
    }

    private static Socket ListenOnPort(Options options, int port)
    {
        // .NET sets SO_REUSEADDR if the protocol is TCP, as most servers do, but not if the protocol is unspecified.
        var protocol = options.NoReuseAddress ? ProtocolType.Unspecified : ProtocolType.Tcp;
        var socket = Listen(new IPEndPoint(options.Address, port), options.ReusePort, protocol);
        if (options.PrintPort)
        {
            Output.WriteLine($"Listening on port {((IPEndPoint)socket.LocalEndPoint!).Port}");
        }

        return socket;
    }

    private static Socket Listen(EndPoint endPoint, bool reusePort, ProtocolType protocol)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        // Windows has no such option, and a later listener gets no connections there.
        if (reusePort && !OperatingSystem.IsWindows())
        {
            socket.SetRawSocketOption(LibC.SOL_SOCKET, LibC.SO_REUSEPORT, BitConverter.GetBytes(1));
        }

        socket.Bind(endPoint);
        socket.Listen();
        return socket;
    }

    private static async void Serve(Socket listener, Func<Socket, Task> handle)
    {
        while (true)
        {
            _ = handle(await listener.AcceptAsync());
        }
    }

    private static Task CloseAsync(Socket connection)
    {
        connection.Dispose();
        return Task.CompletedTask;
    }
}
