using System.Net;
using System.Net.Sockets;

namespace TestReaper.Tests.Infrastructure;

/// <summary>Picks free ports outside the range from which the kernel assigns ports.</summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 10_000;

    // Test assemblies that run in parallel start at different ports. Within one assembly each port is picked once.
    private static int _next = Random.Shared.Next(Count);

    public static int Next()
    {
        for (var attempt = 0; attempt < Count; attempt++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref _next) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"No port from {First} to {First + Count - 1} is free.");
    }

    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            socket.Listen();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
