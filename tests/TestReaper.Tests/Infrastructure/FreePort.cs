using System.Net;
using System.Net.Sockets;

namespace TestReaper.Tests.Infrastructure;

/// <summary>Ports outside the range from which the kernel itself hands them out.</summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 10_000;

    // Test assemblies that run side by side start at different places; within one, no port comes twice.
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
