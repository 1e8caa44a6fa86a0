using System.Net.Sockets;

namespace TestReaper.Tests.RealServers;

/// <summary>Sends one line and reads one line.</summary>
internal static class LineClient
{
    public static async Task<string?> AskAsync(int port, string line)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"{line}\r\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync();
    }
}
