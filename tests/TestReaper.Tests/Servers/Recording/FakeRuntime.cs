using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace TestReaper.Tests.Servers.Recording;

/// <summary>A diagnostics port of .NET that takes one request for a dump.</summary>
internal sealed class FakeRuntime : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Func<Socket, string, Task> _respond;
    private readonly Task _serving;

    /// <param name="directory">Where its socket is.</param>
    /// <param name="respond">Gets the connection and the path of the dump.</param>
    public FakeRuntime(string directory, Func<Socket, string, Task> respond)
    {
        Path = System.IO.Path.Combine(directory, "dotnet-diagnostic-1-1-socket");
        _respond = respond;
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _serving = ServeAsync();
    }

    public string Path { get; }

    /// <summary>An answer: an error with this result, or success with 0.</summary>
    public static byte[] Answer(int result)
    {
        var answer = new byte[24];
        "DOTNET_IPC_V1"u8.CopyTo(answer);
        (answer[14], answer[16], answer[17]) = (24, 0xFF, (byte)(result == 0 ? 0 : 0xFF));
        BinaryPrimitives.WriteInt32LittleEndian(answer.AsSpan(20), result);
        return answer;
    }

    public void Dispose()
    {
        _listener.Dispose();
        ((IAsyncResult)_serving).AsyncWaitHandle.WaitOne(TimeSpan.FromSeconds(10));
    }

    private async Task ServeAsync()
    {
        try
        {
            using var connection = await _listener.AcceptAsync();
            var request = new byte[4096];
            await connection.ReceiveAsync(request);
            var characters = BinaryPrimitives.ReadInt32LittleEndian(request.AsSpan(20));
            await _respond(connection, Encoding.Unicode.GetString(request, 24, 2 * (characters - 1)));
        }
        catch (SocketException)
        {
            // The recorder has closed the connection, or nothing was asked.
        }
    }
}
