using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace TestReaper.Tests.RealServers;

/// <summary>The part of PostgreSQL's protocol, version 3, that a query without parameters needs.</summary>
internal sealed class PostgresClient : IAsyncDisposable
{
    private readonly TcpClient _client = new();

    private PostgresClient()
    {
    }

    public static async Task<PostgresClient> ConnectAsync(int port, string user, string database)
    {
        var client = new PostgresClient();
        await client._client.ConnectAsync("127.0.0.1", port);
        await client.SendAsync(null, $"\0\u0003\0\0user\0{user}\0database\0{database}\0\0");
        await client.ReadUntilReadyAsync();
        return client;
    }

    /// <summary>The first column of the last row, as text.</summary>
    public async Task<string?> QueryAsync(string sql)
    {
        await SendAsync('Q', $"{sql}\0");
        return await ReadUntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await SendAsync('X', "");
        _client.Dispose();
    }

    private async Task<string?> ReadUntilReadyAsync()
    {
        string? value = null;
        while (true)
        {
            var header = new byte[5];
            await _client.GetStream().ReadExactlyAsync(header);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4];
            await _client.GetStream().ReadExactlyAsync(body);
            switch ((char)header[0])
            {
                case 'D':
                    value = Encoding.UTF8.GetString(body.AsSpan(6, BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(2))));
                    break;
                case 'E':
                    throw new IOException(Encoding.UTF8.GetString(body).Replace('\0', ' '));
                case 'Z':
                    return value;
                default:
                    break;
            }
        }
    }

    private async Task SendAsync(char? type, string body)
    {
        var text = Encoding.UTF8.GetBytes(body);
        var message = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        text.CopyTo(message, 4);
        await _client.GetStream().WriteAsync((byte[])(type is null ? message : [(byte)type, .. message]));
    }
}
