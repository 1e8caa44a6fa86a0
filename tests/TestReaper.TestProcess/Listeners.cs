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
            Serve(ListenOnPort(options, httpPort), http.AnswerAsync);
        }

        if (options.TcpPort is { } tcpPort)
        {
            Serve(ListenOnPort(options, tcpPort), HangUpAsync);
        }

        if (options.UnixSocket is { } path)
        {
            File.Delete(path);
            Serve(Listen(new UnixDomainSocketEndPoint(path), reusePort: false, ProtocolType.Unspecified), HangUpAsync);
        }
    }

    private static Socket ListenOnPort(Options options, int port)
    {
        // For TCP .NET sets SO_REUSEADDR, as servers do; for a protocol it is not told it leaves that out.
        var socket = Listen(new IPEndPoint(options.Address, port), options.ReusePort, options.NoReuseAddress ? ProtocolType.Unspecified : ProtocolType.Tcp);
        if (options.PrintPort)
        {
            Output.WriteLine($"Listening on port {((IPEndPoint)socket.LocalEndPoint!).Port}");
        }

        return socket;
    }

    private static Socket Listen(EndPoint endPoint, bool reusePort, ProtocolType protocol)
    {
        var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, protocol);
        if (reusePort)
        {
            socket.SetRawSocketOption(LibC.SOL_SOCKET, LibC.SO_REUSEPORT, BitConverter.GetBytes(1));
        }

        socket.Bind(endPoint);
        socket.Listen();
        return socket;
    }

    private static async void Serve(Socket listener, Func<Socket, Task> answer)
    {
        while (true)
        {
            _ = answer(await listener.AcceptAsync());
        }
    }

    private static Task HangUpAsync(Socket connection)
    {
        connection.Dispose();
        return Task.CompletedTask;
    }
}
